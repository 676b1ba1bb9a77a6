import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { fileURLToPath } from "node:url";
import { jsonLines, mssPack } from "../support/cli.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import {
  eventually,
  get,
  raw,
  replyOf,
  witness,
  type Witnessed,
} from "./serving.js";

const parent = tempFolder();
let folder: string;
let sample: Witnessed;

beforeAll(async () => {
  ({ folder } = await writeFixturePackage(parent));
  sample = witness(folder)[0] as Witnessed;
});

const CLI = fileURLToPath(new URL("../../bin/mss-pack.js", import.meta.url));
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<unknown[]>;
}

/** Starts the built command, and waits until it says where it serves. */
async function start(...args: string[]): Promise<Served> {
  const all = [CLI, "serve", folder, "--port", "0", "--json", ...args];
  const child = spawn(process.execPath, all, {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const ended = once(child, "close");
  let [stdout, stderr] = ["", ""];
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      if (stdout.includes("\n") && stderr.includes("\n")) resolve();
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      look();
    });
    child.once("close", () => reject(new Error(stderr)));
  });
  const { url, port } = jsonLines(stdout)[0] as { url: string; port: number };
  return {
    child,
    url,
    port,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
  };
}

test("it says where it serves and what, and logs on standard output", async () => {
  const served = await start();
  expect(jsonLines(served.stdout())).toEqual([
    {
      type: "serving",
      url: served.url,
      pageUrl: `${served.url}/`,
      host: "127.0.0.1",
      port: served.port,
      folder,
      packages: 1,
      pid: served.child.pid,
    },
  ]);
  expect(served.stderr()).toBe(
    `Serving 1 package of ${folder} at ${served.url}/\n`,
  );
  expect((await get(served.url + sample.path)).bytes.equals(sample.bytes)).toBe(
    true,
  );
  served.child.kill("SIGTERM");
  expect(await served.ended).toEqual([0, null]);
  const [, line] = jsonLines(served.stdout());
  expect(line).toMatchObject({ status: 200, bytes: sample.bytes.length });
});

test.for(["SIGTERM", "SIGINT"] as const)(
  "%s finishes what is being sent, and takes nothing new",
  async (signal) => {
    const accessLog = join(parent, `end-${signal}`);
    const { child, port, ended } = await start("--access-log", accessLog);
    const asks = 60;
    const one = `GET ${sample.path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const socket = connect(port, "127.0.0.1");
    socket.pause();
    socket.write(one.repeat(asks));
    await once(socket, "readable");
    child.kill(signal);
    await eventually(async () => {
      await expect(raw(port, "")).resolves.toBe("");
      expect(await refuses(port)).toBe(true);
    });
    let bytes = 0;
    socket.on("data", (more: Buffer) => (bytes += more.length)).resume();
    await once(socket, "close");
    expect(bytes).toBeGreaterThan(asks * sample.bytes.length);
    expect(await ended).toEqual([0, null]);
    expect(readFileSync(accessLog, "utf8").trimEnd().split("\n")).toHaveLength(
      asks,
    );
  },
);

test("what was accepted before SIGTERM is answered, also in the midst of a burst", async () => {
  const accessLog = join(parent, "burst");
  const { child, port, ended } = await start("--access-log", accessLog);
  const request = `GET ${sample.path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const size = (await raw(port, last(request))).length;
  // Some are known to the origin and have been answered once, some knock just now.
  const open = Array.from({ length: 100 }, () => connect(port, "127.0.0.1"));
  const first = Promise.all(open.map(async (one) => answered(one, size)));
  for (const socket of open) socket.write(request);
  await first;
  const fresh = Array.from({ length: 300 }, () => connect(port, "127.0.0.1"));
  await Promise.all(fresh.map(async (socket) => once(socket, "connect")));
  const sockets = [...open, ...fresh];
  const replies = sockets.map(replyOf);
  for (const socket of sockets) socket.write(last(request));
  child.kill("SIGTERM");
  const sizes = (await Promise.all(replies)).map(({ length }) => length);
  expect(sizes.filter((length) => length !== size)).toEqual([]);
  expect(await ended).toEqual([0, null]);
  const lines = readFileSync(accessLog, "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(1 + 100 + sockets.length);
});

/** The same as the last request of a connection. */
function last(request: string): string {
  return request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
}

/** Waits for so many bytes and for no end. */
async function answered(socket: Socket, size: number): Promise<void> {
  let bytes = 0;
  // Such a reply says how long the connection is kept, too.
  const kept = "Connection: keep-alive\r\nKeep-Alive: timeout=65\r\n".length;
  const whole = size - "Connection: close\r\n".length + kept;
  while (bytes < whole)
    bytes += ((await once(socket, "data")) as [Buffer])[0].length;
}

async function refuses(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("error", () => resolve(true));
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
  });
}

test("SIGHUP opens the log anew and ends nothing", async () => {
  const log = join(parent, "hup");
  const { child, url, ended } = await start("--access-log", log);
  await get(`${url}/before`);
  renameSync(log, `${log}.1`);
  child.kill("SIGHUP");
  await eventually(async () => {
    await get(`${url}/after`);
    expect(existsSync(log)).toBe(true);
    expect(readFileSync(log, "utf8")).toContain("/after");
  });
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  const lines = [log, `${log}.1`].flatMap((path) =>
    readFileSync(path, "utf8").split("\n").filter(Boolean),
  );
  expect(lines.filter((line) => line.includes("/before"))).toHaveLength(1);
  for (const line of lines) JSON.parse(line);
});

test("SIGHUP ends it when its terminal is gone, and only then", async () => {
  const accessLog = join(parent, "terminal");
  const command = [process.execPath, CLI, "serve", folder, "--port", "0"]
    .concat("--access-log", accessLog)
    .map((word) => `'${word}'`)
    .join(" ");
  // A terminal of its own, which is gone with `script`.
  const terminal = spawn("script", ["-qfec", `exec ${command}`, "/dev/null"]);
  running.add(terminal);
  let said = "";
  terminal.stdout.on("data", (more: Buffer) => (said += more.toString()));
  await eventually(async () => {
    expect(said).toMatch(/http:\/\/127/);
    await Promise.resolve();
  });
  const [pid = 0] = childrenOf(terminal.pid ?? 0);
  onTestFinished(() => {
    if (existsSync(`/proc/${pid}`)) process.kill(pid, "SIGKILL");
  });
  const url = /http:\/\/[\d.:]+/.exec(said)?.[0] ?? "";
  renameSync(accessLog, `${accessLog}.1`);
  process.kill(pid, "SIGHUP");
  await eventually(async () => {
    expect((await get(`${url}/after`)).status).toBe(404);
    expect(existsSync(accessLog)).toBe(true);
  });
  terminal.kill("SIGKILL");
  await eventually(async () => {
    await expect(get(`${url}/`)).rejects.toThrow();
  });
});

/** Runs the command on a terminal of its own, without a log file. */
async function onTerminal(...args: string[]) {
  const command = [process.execPath, CLI, "serve", ...args, "--port", "0"]
    .map((word) => `'${word}'`)
    .join(" ");
  const all = ["-qfec", `stty cols 60; exec ${command}`, "/dev/null"];
  const terminal = spawn("script", all);
  running.add(terminal);
  let said = "";
  terminal.stdout.on("data", (more: Buffer) => (said += more.toString()));
  await eventually(async () => {
    expect(said).toMatch(/Ctrl-C ends\)/);
    await Promise.resolve();
  });
  const url = /http:\/\/[\d.:]+/.exec(said)?.[0] ?? "";
  return { url, said: () => said, end: () => terminal.stdin.write("\x03") };
}

test("on a terminal a request is one short line, above the address that stays", async () => {
  const { url, said } = await onTerminal(folder);
  await get(url + sample.path);
  await get(`${url}/${"long/".repeat(30)}`);
  await get(`${url}/%E6%98%A0%E2%80%AE2J?x=1`);
  await eventually(async () => {
    expect(said()).toContain("2J");
    await Promise.resolve();
  });
  const [, after = ""] = said().split("(Ctrl-C ends)");
  const lines = said()
    .slice(said().indexOf(after))
    .replaceAll("\r\u001b[J", "")
    .split(/\r?\n/);
  const stays = `${url}/  (Ctrl-C ends)`;
  const requests = lines.map((line) => line.replace(stays, ""));
  expect(requests.filter(Boolean)).toEqual([
    expect.stringMatching(
      /^\d\d:\d\d:\d\d {2}200 {2}clip {2}video \d+k at 0:00 {2}[\d.]+ kB {2}\d+ ms$/,
    ),
    expect.stringMatching(/^\d\d:\d\d:\d\d {2}404 {2}\/long\/.{35,40}$/),
    expect.stringMatching(/^\d\d:\d\d:\d\d {2}404 {2}\/映\?2J {2}\d+ B/),
  ]);
  expect(lines.at(-1)).toBe(stays);
});

test("an .ism is served with its folder, and its page is the one to open", async () => {
  const { url, said } = await onTerminal(join(folder, "clip.ism"));
  expect(said()).toContain(`${url}/play/clip  (Ctrl-C ends)`);
  expect((await get(url + sample.path)).status).toBe(200);
});

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return readFileSync(path, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
}

test("a port that is taken is told in a sentence", async () => {
  const { port } = await start();
  const args = ["serve", folder, "--port", String(port)];
  const { exitCode, stderr } = await mssPack(args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`127.0.0.1:${port}: cannot be listened on`);
  expect(stderr).toContain("give another --port");
});

test("what cannot be served is told with an exit code", async () => {
  const empty = join(parent, "empty");
  mkdirSync(empty);
  for (const [args, code, words] of [
    [[join(parent, "none")], 3, "cannot be read"],
    [[empty], 3, "there is no .ism in it"],
    [[join(folder, "clip.ismc")], 3, "is not a folder"],
    [[folder, "--port", "70000"], 2, "0 to 65535"],
    [[folder, "--workers", "2"], 2, "behind nginx"],
    [[folder, "--log-format", "xml"], 2, "combined"],
    [[folder, "--host", "203.0.113.1"], 2, "give another --host"],
    [[folder, "--host", ""], 2, "is empty"],
    [
      [folder, "--port", "0", "--access-log", join(empty, "a", "b")],
      5,
      "cannot be written",
    ],
  ] as const) {
    const { exitCode, stderr } = await mssPack(["serve", ...args]);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(code);
  }
});

test("a host that others can reach is remarked", async () => {
  const { stderr } = await start("--host", "0.0.0.0");
  expect(stderr()).toContain(
    "opens these packages to everybody who reaches this machine",
  );
});
