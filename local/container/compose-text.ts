import { stringify } from "yaml";
import type { ComposeFile } from "./compose";

/** compose.yaml, byte for byte. */
export const composeText = (file: ComposeFile): string =>
  `# Written by make generate from config/services.ts: change that, not this. The same environment as make up, in containers:
#   export JWT_SECRET=$(openssl rand -base64 48) && docker compose up --build
${stringify(file, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false })}`;
