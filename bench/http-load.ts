import { execFile, spawn, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { CLI } from "./measure.js";

/** A server that runs for a while. */
export interface Server {
  readonly port: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** Starts `mss-pack serve`, as it was built, and waits until it answers. */
export async function startServe(folder: string, log: string): Promise<Server> {
  return started(spawnServe(folder, log, []));
}

const TELL_LOOP = new URL("./tell-loop.js", import.meta.url).href;

/** The same, with the 99th percentile of its event loop's delay, in seconds, once it has stopped. */
export async function startWatchedServe(
  folder: string,
  log: string,
): Promise<{ readonly server: Server; readonly delay: Promise<number> }> {
  const child = spawnServe(folder, log, ["--import", TELL_LOOP]);
  const told = child.stdio[3] as Readable;
  const delay = once(told, "data").then(([bytes]) => Number(String(bytes)));
  return { server: await started(child), delay };
}

function spawnServe(folder: string, log: string, node: readonly string[]) {
  const args = ["serve", folder, "--port", "0", "--json", "--access-log", log];
  return spawn(process.execPath, [...node, CLI, ...args], {
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
}

async function started(child: ChildProcess): Promise<Server> {
  const [line] = (await once(child.stdout as Readable, "data")) as [Buffer];
  const { port } = JSON.parse(line.toString()) as { port: number };
  return stoppable(port, child);
}

/** Starts nginx as Debian sets it up: a worker for each core, sendfile, an access log. */
export async function startNginx(
  folder: string,
  files: string,
  port: number,
): Promise<Server> {
  const path = join(folder, "nginx.conf");
  writeFileSync(
    path,
    [
      // Temporary folders are open to their owner alone.
      ...(process.getuid?.() === 0 ? ["user root;"] : []),
      `worker_processes auto; daemon off; pid ${folder}/nginx.pid;`,
      `error_log ${folder}/nginx-error.log;`,
      "events { worker_connections 4096; }",
      `http { sendfile on; tcp_nopush on; keepalive_requests 1000000;`,
      `access_log ${folder}/nginx-access.log;`,
      `client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;`,
      `server { listen 127.0.0.1:${port}; root ${files}; } }`,
    ].join("\n"),
  );
  const child = spawn("nginx", ["-c", path], { stdio: "ignore" });
  await answers(port);
  return stoppable(port, child);
}

function stoppable(port: number, child: ChildProcess): Server {
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = once(child, "close");
  return {
    ...{ port, child },
    async stop() {
      child.kill("SIGTERM");
      await ended;
      process.off("exit", kill);
    },
  };
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket
        .once("connect", () => resolve(true))
        .once("error", () => resolve(false));
      socket.unref();
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers at port ${port}`);
}

/** Requests a second that wrk gets answered: one thread, 16 connections, paths in turn. */
export async function requestsPerSecond(
  { port }: Server,
  script: string,
  seconds: number,
): Promise<number> {
  const args = [
    "-t1",
    "-c16",
    `-d${seconds}`,
    "-s",
    script,
    `http://127.0.0.1:${port}`,
  ];
  const text = await new Promise<string>((resolve, reject) => {
    execFile("wrk", args, (error, stdout) =>
      error
        ? reject(new Error("wrk failed", { cause: error }))
        : resolve(stdout),
    );
  });
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(text);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
}

/** A script for wrk that asks for paths in turn. */
export function wrkScript(path: string, paths: readonly string[]): string {
  const list = paths.map((one) => JSON.stringify(one)).join(",");
  writeFileSync(
    path,
    `local p={${list}}\nlocal i=0\nfunction request() i=i%#p+1; return wrk.format("GET",p[i]) end\n`,
  );
  return path;
}

/** The largest resident sizes of a process and of those it started, added up; in MB. proc(5) */
export function peakMegabytes(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  const pids = [pid, ...children.split(" ").filter(Boolean).map(Number)];
  const kilobytes = pids.map((one) => {
    const status = readFileSync(`/proc/${one}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1000;
}

/** Reads a reply a few kilobytes at a time, as over a slow line. @returns bytes with the headers */
export async function readSlowly(
  port: number,
  path: string,
  bytesPerSecond: number,
): Promise<number> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  return drip(socket, bytesPerSecond);
}

/** How often a slow reader takes something. */
const EVERY_MS = 250;

async function drip(socket: Socket, bytesPerSecond: number): Promise<number> {
  const most = Math.ceil((bytesPerSecond * EVERY_MS) / 1000);
  let bytes = 0;
  socket.pause();
  const timer = setInterval(() => {
    const chunk = (socket.read(most) ?? socket.read()) as Buffer | null;
    bytes += chunk?.length ?? 0;
  }, EVERY_MS);
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("end", () => resolve(bytes));
  }).finally(() => clearInterval(timer)) as Promise<number>;
}
