import { createServer } from "node:net";

/**
 * A TCP port of 127.0.0.1 that nothing listens on now. The kernel hands them out in turn, so two callers get two ports;
 * it is free again when this resolves, so bind it soon.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === "object"
          ? resolve(address.port)
          : reject(new Error("the kernel gave no port on 127.0.0.1")),
      );
    });
  });
}
