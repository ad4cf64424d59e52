import type { SetUpLocally } from "../local-dependency";
import { readOrCreateSecrets } from "./secrets";

/** A secret of this folder, made once. */
export const jwt: SetUpLocally = async ({ folder }) => {
  const { jwt: secret } = readOrCreateSecrets(folder);
  return { steps: [], variables: () => ({ JWT_SECRET: secret }) };
};
