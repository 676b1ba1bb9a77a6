import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { TaskEvent } from "../../src/queue/work-options.js";
import { missingForPostgres, startPostgres } from "../servers/postgres.js";
import { missingForRedis, startRedis, type Server } from "../servers/redis.js";
import { until } from "../servers/until.js";
import { endOf } from "../support/child.js";
import { jsonLines, mssPack, type CliResult } from "../support/cli.js";
import { fakeProgram } from "../support/scratch-folder.js";
import { namesIn, programsWith } from "../support/crashes.js";
import { tools } from "../support/programs.js";

const CLI = fileURLToPath(new URL("../../bin/mss-pack.js", import.meta.url));

export interface Store {
  readonly name: string;
  readonly missing: readonly string[];
  readonly variable: string;
  readonly start: (folder: string) => Promise<Server>;
}

/** Both servers that hold a queue: what users see is the same. */
export const STORES: readonly Store[] = [
  {
    name: "Redis",
    missing: missingForRedis,
    variable: "MSS_PACK_REDIS",
    start: startRedis,
  },
  {
    name: "PostgreSQL",
    missing: missingForPostgres,
    variable: "MSS_PACK_POSTGRES",
    start: startPostgres,
  },
];

/** A dead worker is missed after two seconds, and nothing waits long for its next try. */
const TIMING = { MSS_PACK_QUEUE_TIMING: "lock=2000,watch=200,delay=100" };

export interface FarmWorker {
  /** What it has told so far. */
  tasks(): TaskEvent[];
  /** All that it has written. */
  words(): string;
  /** Waits until it tells of a task in this state. */
  told(state: TaskEvent["state"], step?: TaskEvent["step"]): Promise<TaskEvent>;
  signal(signal: NodeJS.Signals): void;
  /** @returns its exit code; null after SIGKILL */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** A queue with its server, in a folder of the test. */
export class Farm {
  readonly #env: Readonly<Record<string, string>>;

  private constructor(
    readonly folder: string,
    readonly server: Server,
    variable: string,
  ) {
    this.#env = { ...TIMING, [variable]: server.url };
  }

  static async start(store: Store, folder: string): Promise<Farm> {
    // Not in the test's folder, which is gone before the server is.
    const own = await mkdtemp(join(tmpdir(), "mss-pack-store-"));
    const server = await store.start(join(own, "data"));
    onTestFinished(async () => {
      await server.stop();
      await rm(own, { recursive: true });
    });
    const farm = new Farm(folder, server, store.variable);
    if (store.name === "PostgreSQL") await farm.run("jobs", "--migrate");
    return farm;
  }

  get output(): string {
    return join(this.folder, "out");
  }

  get work(): string {
    return join(this.folder, "work");
  }

  /** A command of the queue, to its end. */
  run(...args: readonly string[]): Promise<CliResult> {
    return mssPack(args, { env: this.#env });
  }

  submit(film: string, ...flags: readonly string[]): Promise<CliResult> {
    const places = ["-o", this.output, "--work", this.work];
    return this.run("submit", film, ...places, ...flags);
  }

  /** The films in the queue. */
  async films(): Promise<Record<string, unknown>[]> {
    return jsonLines((await this.run("jobs", "--json")).stdout);
  }

  /** Waits until it is at work. */
  async worker(
    flags: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<FarmWorker> {
    const args = [CLI, "worker", "--json", "--concurrency", "1", ...flags];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...this.#env, ...env },
    });
    onTestFinished(async () => {
      child.kill("SIGCONT");
      await endOf(child, "SIGKILL");
    });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name]
        .setEncoding("utf8")
        .on("data", (text: string) => (said[name] += text));
    const words = () => said.stdout + said.stderr;
    // Its last line may be half written.
    const lines = () =>
      jsonLines(said.stdout.slice(0, said.stdout.lastIndexOf("\n") + 1));
    const tasks = () =>
      lines().filter(({ type }) => type === "step") as unknown as TaskEvent[];
    const waitFor = <T>(what: string, found: () => T | undefined) =>
      until(`a worker that tells of ${what}`, () => {
        const answer = found();
        if (answer === undefined && child.exitCode !== null)
          throw new Error(words());
        return Promise.resolve(answer);
      });
    const first = await waitFor("its begin", () => lines()[0]);
    if (first["type"] !== "worker") throw new Error(`begins with ${words()}`);
    return {
      ...{ tasks, words },
      told: (state, step) =>
        waitFor(state, () =>
          tasks().find(
            (task) =>
              task.state === state &&
              (step === undefined || task.step === step),
          ),
        ),
      signal: (signal) => child.kill(signal),
      async end(signal) {
        const ended = child.exitCode !== null || child.signalCode !== null;
        const end = ended ? undefined : once(child, "exit");
        child.kill(signal);
        await end;
        return child.exitCode;
      },
    };
  }

  /** Temporary files, and programs that know the folder beside the server. */
  leftovers(): string[] {
    const isTemporary = (name: string) => /^\.mss-pack-(?!queue)/.test(name);
    const files = [this.output, this.work]
      .concat(namesIn(this.work).map((name) => join(this.work, name)))
      .flatMap((folder) => namesIn(folder).filter(isTemporary));
    const programs = [this.output, this.work].flatMap(programsWith);
    return [...files, ...programs.map((pid) => `process ${pid}`)];
  }
}

/** An ffmpeg that stops before it encodes pictures, until it is let go. */
export interface Held {
  /** Environment of a worker that uses it. */
  readonly env: Readonly<Record<string, string>>;
  /** Waits until it is asked to encode. */
  reached(): Promise<void>;
  letGo(): Promise<void>;
}

/** @param which a shell pattern of command lines; default: every piece of the picture */
export async function heldFfmpeg(
  folder: string,
  which = "*libx264*video-*",
): Promise<Held> {
  const { ffmpeg, ffprobe } = await tools();
  const [held, free] = [join(folder, "held"), join(folder, "free")];
  const path = await fakeProgram(
    folder,
    "held-ffmpeg",
    `case "$*" in ${which}) : > '${held}'; while [ ! -e '${free}' ]; do sleep 0.05; done;; esac`,
    `exec '${ffmpeg.path}' "$@"`,
  );
  return {
    env: { FFMPEG_PATH: path, FFPROBE_PATH: ffprobe.path },
    reached: async () => {
      await until("an ffmpeg that encodes", () =>
        Promise.resolve(namesIn(folder).includes("held") || undefined),
      );
    },
    letGo: async () => {
      await mkdir(free, { recursive: true });
    },
  };
}
