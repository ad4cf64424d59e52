import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import autocannon from "autocannon";
import { freePort } from "../dependencies/free-port";
import { bundleOnce, entryFile } from "../local/bundle";
import { nodeProgram } from "../local/supervisor/node-program";
import { report } from "./measure";

/** Requests a second that 64 clients get answered during two seconds. */
async function throughput(url: string): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({ url, connections: 64, duration: 2 });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} answers that are not 2xx, ${errors} errors`);
  return requests.average;
}

/** Six turns each, taken in turns, and the best of them: whatever else the machine does, it does to both. */
async function inTurns(one: string, other: string) {
  const repetitions: { one: number; other: number }[] = [];
  while (repetitions.length < 6) repetitions.push({ one: await throughput(one), other: await throughput(other) });
  const best = (values: readonly number[]) => ({ value: Math.max(...values), repetitions: values });
  return [best(repetitions.map((turn) => turn.one)), best(repetitions.map((turn) => turn.other))] as const;
}

/** Debian's nginx with one worker, connections to the service kept open, and nothing else to do. */
function nginxConfiguration(folder: string, port: number, service: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder};`);
  return `
    worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http {
      access_log off; ${temporary.join(" ")}
      upstream service { server 127.0.0.1:${service}; keepalive 128; }
      server {
        listen 127.0.0.1:${port}; keepalive_requests 1000000000;
        location /service/ {
          proxy_pass http://service/; proxy_http_version 1.1; proxy_set_header Connection "";
          proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
        }
      }
    }`;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    if ((await fetch(url).catch(() => undefined))?.ok) return;
  }
  throw new Error(`nginx ended with exit code ${child.exitCode}`);
}

if (spawnSync("nginx", ["-v"]).error) {
  throw new Error("nginx, the yardstick, is not on the PATH: apt-get install nginx-light");
}
mkdirSync(".cache", { recursive: true });
const folder = mkdtempSync(join(process.cwd(), ".cache/bench-router-"));
const [servicePort, routerPort, nginxPort] = [await freePort(), await freePort(), await freePort()];
const started: { stop(): Promise<void> }[] = [];

/** Starts one of the environment's own programs. */
async function start(name: string, entry: string, port: number, environment: Record<string, string>): Promise<void> {
  const file = await bundleOnce(name, entryFile(entry), folder);
  const variables = { ...environment, HTTP_PORT: String(port) };
  const program = nodeProgram({ name, kind: "router", file, port, environment: variables });
  const signal = new AbortController().signal;
  started.push(
    await program.start({
      log: (line) => process.stderr.write(`${line}\n`),
      spawned: () => {},
      slow: () => {},
      signal,
    }),
  );
}

try {
  await start("resolver", "dependencies/internet/stand-in.ts", servicePort, {});
  const service = { name: "service", description: "", path: "/service", url: `http://127.0.0.1:${servicePort}` };
  await start("router", "local/router", routerPort, { UPSTREAMS: JSON.stringify([service]) });
  writeFileSync(join(folder, "nginx.conf"), nginxConfiguration(folder, nginxPort, servicePort));
  const nginx = spawn("nginx", ["-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], {
    stdio: "inherit",
  });
  started.push({ stop: async () => void nginx.kill("SIGTERM") });
  await answers(`http://127.0.0.1:${nginxPort}/service/health`, nginx);

  const url = (port: number) => `http://127.0.0.1:${port}/service/health`;
  const [yardstick, ours] = await inTurns(url(nginxPort), url(routerPort));
  report([
    {
      name: "router, 64 clients",
      ...ours,
      unit: "requests/s",
      yardstick: { name: "nginx, one worker, same service", ...yardstick },
      target: "at least 40 % of nginx",
      reached: ours.value >= 0.4 * yardstick.value,
    },
  ]);
} finally {
  await Promise.all(started.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}
