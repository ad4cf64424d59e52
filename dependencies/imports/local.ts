import { join } from "node:path";
import { freePort } from "../free-port";
import type { SetUpLocally } from "../local-dependency";
import { importsVariables, standIn } from "./stand-in-program";

/** A stand-in for S3 that keeps its objects in a folder. */
export const imports: SetUpLocally = async ({ folder, keepProgram }) => {
  const port = await freePort();
  return {
    steps: [
      {
        title: "S3 stand-in",
        run: async () => {
          await keepProgram(standIn(join(folder, "s3")), port);
          return `127.0.0.1:${port}`;
        },
      },
    ],
    variables: () => importsVariables(`http://127.0.0.1:${port}`),
  };
};
