import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { fileURLToPath } from "node:url";
import { jsonLines, mssPack } from "../support/cli.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import { eventually, get, raw, witness, type Witnessed } from "./serving.js";

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

test("SIGHUP opens the log anew and ends nothing, with workers too", async () => {
  for (const workers of ["1", "2"]) {
    const log = join(parent, `hup-${workers}`);
    const { child, url, ended } = await start(
      "--access-log",
      log,
      "--workers",
      workers,
    );
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
  }
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

test("workers answer alike, and one that dies is replaced", async () => {
  const { child, url, stderr, ended } = await start(
    "--workers",
    "2",
    "--access-log",
    join(parent, "crew"),
  );
  const tags = new Set<string | null>();
  const ask = async () => {
    // A connection that was just being handed to a worker dies with it.
    const signal = AbortSignal.timeout(2000);
    const got = await fetch(url + sample.path, { signal });
    const bytes = Buffer.from(await got.arrayBuffer());
    expect(bytes.equals(sample.bytes)).toBe(true);
    tags.add(got.headers.get("etag"));
  };
  for (let i = 0; i < 8; i++) await ask();
  expect(tags.size).toBe(1);
  const [worker = 0] = childrenOf(child.pid ?? 0);
  process.kill(worker, "SIGKILL");
  await eventually(async () => {
    expect(stderr()).toContain(
      "A worker died (SIGKILL); another takes its place.",
    );
    expect(childrenOf(child.pid ?? 0)).toHaveLength(2);
    expect(childrenOf(child.pid ?? 0)).not.toContain(worker);
    await ask();
  });
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

test("workers are not given the variables that hold keys", async () => {
  vi.stubEnv("MSS_PACK_KEY", "of this test").stubEnv("MSS_PACK_TEST", "given");
  const { child } = await start("--workers", "2");
  vi.unstubAllEnvs();
  for (const pid of childrenOf(child.pid ?? 0)) {
    const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    expect(variables).toContain("MSS_PACK_TEST=given");
    expect(variables.join(" ")).not.toContain("MSS_PACK_KEY");
  }
});

test("workers end with the process that started them, however it ends", async () => {
  const { child, ended } = await start("--workers", "2");
  const workers = childrenOf(child.pid ?? 0);
  expect(workers).toHaveLength(2);
  child.kill("SIGKILL");
  await ended;
  await eventually(async () => {
    await Promise.resolve();
    expect(workers.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  });
});

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return readFileSync(path, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
}

test.for(["1", "2"])(
  "a port that is taken is told in a sentence, with %s workers",
  async (workers) => {
    const { port } = await start();
    const args = [
      "serve",
      folder,
      "--port",
      String(port),
      "--workers",
      workers,
    ];
    const { exitCode, stderr } = await mssPack(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`127.0.0.1:${port}: cannot be listened on`);
    expect(stderr).toContain("give another --port");
  },
);

test("what cannot be served is told with an exit code", async () => {
  const empty = join(parent, "empty");
  mkdirSync(empty);
  for (const [args, code, words] of [
    [[join(parent, "none")], 3, "cannot be read"],
    [[empty], 3, "there is no .ism in it"],
    [[join(folder, "clip.ism")], 3, "is not a folder"],
    [[folder, "--port", "70000"], 2, "0 to 65535"],
    [[folder, "--workers", "0"], 2, "1 to 64"],
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
    "opens these packages to whoever reaches this machine",
  );
});
