import { production } from "../../config/environments/production";
import { describeTerraform } from "./terraform";

describeTerraform(production);
