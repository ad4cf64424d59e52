import { writeFileSync } from "node:fs";
import { services } from "../../config/services";
import { composeFile } from "./compose";
import { composeText } from "./compose-text";

writeFileSync("compose.yaml", composeText(composeFile(services)));
