import { development } from "../../config/environments/development";
import { describeTerraform } from "./terraform";

describeTerraform(development);
