import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { freePort } from "../dependencies/free-port";
import { importsVariables, s3Credentials } from "../dependencies/imports/stand-in-program";
import { ControlClient } from "../local/control-client";
import type { Target } from "./attack";
import { startIssuer } from "./issuer";

export interface AttackedPlatform extends Target {
  stop(): Promise<void>;
}

/** Starts the whole platform on free ports, in a folder of its own, with an issuer of its own. */
export async function startPlatform(): Promise<AttackedPlatform> {
  mkdirSync(".cache", { recursive: true });
  const folder = mkdtempSync(join(".cache", "abuse-"));
  const [issuer, port] = await Promise.all([startIssuer(), freePort()]);
  const child = spawn(
    process.execPath,
    ["ops/run.mjs", "local/cli.ts", "--folder", folder, "up", "--port", String(port), "--workers", "1"],
    {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NO_COLOR: "1",
        CALLERS_ISSUER: issuer.url,
        CALLERS_AUDIENCE: issuer.audience,
        // Beyond it, one user's generated requests would all be answered 429.
        REQUESTS_PER_USER: "1000000",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const stop = async () => {
    const ended = child.exitCode === null && once(child, "exit");
    child.kill("SIGTERM");
    await ended;
    issuer.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await isUp(child);
  } catch (error) {
    await stop();
    throw error;
  }
  const control = new ControlClient(folder);
  const tokens = new Map<string, Promise<string>>();
  return {
    url: `http://127.0.0.1:${port}`,
    token: (scopes) => {
      const token = tokens.get(scopes) ?? issuer.token(scopes);
      tokens.set(scopes, token);
      return token;
    },
    pidOf: async (program) => {
      const { programs } = await control.status();
      const pid = programs.find(({ name }) => name === program)?.pid;
      if (pid === undefined) throw new Error(`${program} does not run`);
      return pid;
    },
    import: (name, content) => importFile(control, `imports/${name}`, content),
    stop,
  };
}

async function importFile(control: ControlClient, key: string, content: Uint8Array): Promise<string> {
  const port = (await control.status()).programs.find(({ name }) => name === "s3")?.port;
  const { IMPORTS_BUCKET, AWS_REGION, AWS_ENDPOINT_URL_S3 } = importsVariables(`http://127.0.0.1:${port}`);
  const client = new S3Client({
    endpoint: AWS_ENDPOINT_URL_S3,
    region: AWS_REGION,
    credentials: s3Credentials,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  const lines = control.logs("imports");
  const put = client.send(new PutObjectCommand({ Bucket: IMPORTS_BUCKET, Key: key, Body: content }));
  for await (const { text } of lines) {
    if (text.includes(key) && /import finished|nothing imported/.test(text)) {
      await put;
      return text;
    }
  }
  throw new Error("the platform has stopped");
}

async function isUp(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on("line", (line) => {
        lines.splice(0, lines.length - 40);
        lines.push(line);
        if (line.includes("The platform is up")) resolve();
      });
    }
    child.once("exit", (code) => reject(new Error(`the platform ended with ${code}:\n${lines.join("\n")}`)));
  });
  await ready;
}
