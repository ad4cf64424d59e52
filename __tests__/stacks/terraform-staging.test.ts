import { staging } from "../../config/environments/staging";
import { describeTerraform } from "./terraform";

describeTerraform(staging);
