import { freePort } from "../free-port";
import type { SetUpLocally } from "../local-dependency";
import { internetVariables, standIn } from "./stand-in-program";

/** A stand-in for the public resolver: this machine may have no network. */
export const internet: SetUpLocally = async ({ keepProgram }) => {
  const port = await freePort();
  return {
    steps: [
      {
        title: "Resolver stand-in",
        run: async () => {
          await keepProgram(standIn, port);
          return `127.0.0.1:${port}`;
        },
      },
    ],
    variables: (service) => internetVariables(`http://127.0.0.1:${port}`, service),
  };
};
