import { writeFileSync } from "node:fs";
import { services } from "../../config/services";
import { composeFile, composeText } from "./compose";

writeFileSync("compose.yaml", composeText(composeFile(services)));
