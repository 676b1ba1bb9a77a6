import cluster from "node:cluster";
import type { Worker } from "node:cluster";
import { PackError, messageOf } from "../errors.js";
import { homeFile } from "../util/install.js";
import { SECRET_VARIABLES } from "../util/environment.js";
import { LIMITS } from "./limits.js";
import type { LogSink } from "./log-sink.js";
import type { Running } from "./serve-here.js";
import type { Settings } from "./settings.js";

/** As it was built, whatever runs here: the sources, dist or the joined command. */
const WORKER = homeFile("dist", "serve", "worker.js");

/** Node passes its own environment on to workers, less what is undefined here. */
const NO_SECRETS = Object.fromEntries(
  Object.values(SECRET_VARIABLES).map((name) => [name, undefined]),
);

/** What requests leave behind is cleared away every 4 MB instead of 16: three times the latter would be most of a worker. */
const HEAP = ["--max-semi-space-size=4"];

/** Workers that die are started again, unless so many have died within a minute: then something is wrong. */
const MOST_DEATHS = 5;
const DEATHS_WITHIN_MS = 60_000;

/** A worker that ends in order does so a moment after the last reply that it waits for. */
const LATER_MS = 1000;

/**
 * Answers in several processes, to which this one hands connections in turn. It
 * alone writes the log.
 *
 * @throws PackError `usage` when the address cannot be had, `output` when the first one dies before it can answer
 */
export async function serveWithWorkers(
  count: number,
  settings: Settings,
  sink: LogSink,
  onWarning: (sentence: string) => void,
): Promise<Running> {
  const crew = new Crew(settings, sink, onWarning);
  return crew.start(count);
}

class Crew {
  readonly #sink: LogSink;
  readonly #onWarning: (sentence: string) => void;
  readonly #workers = new Set<Worker>();
  /** Those that hear what they are told. */
  readonly #listening = new WeakSet<Worker>();
  readonly #deathsMs: number[] = [];
  readonly #settings: Settings;
  /** There was one that could answer: those that die from now on are replaced. */
  #isUp = false;
  #isClosing = false;
  #giveUp: (error: Error) => void = () => undefined;

  constructor(
    settings: Settings,
    sink: LogSink,
    onWarning: (sentence: string) => void,
  ) {
    this.#settings = settings;
    this.#sink = sink;
    this.#onWarning = onWarning;
  }

  async start(count: number): Promise<Running> {
    // As JSON, lines of the log would be escaped and read again.
    const serialization = "advanced";
    cluster.setupPrimary({
      exec: WORKER,
      args: [],
      execArgv: HEAP,
      serialization,
    });
    const failed = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    failed.catch(() => undefined);
    try {
      // Whoever asks for port 0 is given the same free one as the first.
      const port = await this.#begin();
      if (port === undefined) throw diedAtOnce();
      this.#isUp = true;
      const others = Array.from({ length: count - 1 }, async () =>
        this.#begin(),
      );
      await Promise.all(others);
      return { port, failed, close: async () => this.close() };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** One that hangs is waited for no longer than it may take to finish what it sends. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const ends = [...this.#workers].map(
      async (worker) =>
        new Promise((resolve) => {
          worker.once("exit", resolve);
          if (this.#listening.has(worker)) send(worker, { type: "close" });
          else kill(worker);
        }),
    );
    const late = setTimeout(
      () => this.#workers.forEach(kill),
      LIMITS.drainMs + LATER_MS,
    );
    await Promise.all(ends);
    clearTimeout(late);
  }

  /**
   * @returns the port that it listens on; undefined when it dies before it can answer
   * @throws PackError `usage` when the address cannot be had
   */
  async #begin(): Promise<number | undefined> {
    const worker = cluster.fork(NO_SECRETS);
    this.#workers.add(worker);
    return new Promise((resolve, reject) => {
      worker.once("exit", (code, signal: string | null) => {
        this.#workers.delete(worker);
        resolve(undefined);
        this.#onDeath(signal ?? `exit code ${code}`);
      });
      worker.on("message", (message: FromWorker) => {
        if (message.type === "ready") resolve(message.port);
        else if (message.type === "refused") reject(errorOf(message.error));
        else this.#hear(message, worker);
      });
    });
  }

  #hear(message: FromWorker, worker: Worker): void {
    if (message.type === "here") {
      this.#listening.add(worker);
      send(worker, { type: "serve", settings: this.#settings });
    }
    if (message.type === "log") this.#sink.write(message.lines);
    if (message.type === "trouble") this.#onWarning(message.sentence);
  }

  #onDeath(how: string): void {
    if (this.#isClosing || !this.#isUp) return;
    const nowMs = performance.now();
    this.#deathsMs.push(nowMs);
    const recent = this.#deathsMs.filter((ms) => nowMs - ms < DEATHS_WITHIN_MS);
    if (recent.length >= MOST_DEATHS) {
      this.#giveUp(
        new PackError(
          "output",
          `${recent.length} workers died within a minute.`,
        ),
      );
      return;
    }
    this.#onWarning(`A worker died (${how}); another takes its place.`);
    this.#begin().catch(this.#giveUp);
  }
}

function kill(worker: Worker): void {
  worker.process.kill("SIGKILL");
}

function send(worker: Worker, message: ToWorker): void {
  // It may have died in this moment; its exit tells the rest.
  worker.send(message, () => undefined);
}

function diedAtOnce(): PackError {
  return new PackError("output", "A worker died before it could answer.");
}

/** From the first process to a worker. */
export type ToWorker =
  | { readonly type: "serve"; readonly settings: Settings }
  | { readonly type: "close" };

/** From a worker to the first process. */
export type FromWorker =
  /** It listens to messages: those sent before are lost. */
  | { readonly type: "here" }
  | { readonly type: "ready"; readonly port: number }
  | { readonly type: "refused"; readonly error: Refusal }
  /** Whole lines of the access log: one process alone writes them. */
  | { readonly type: "log"; readonly lines: string }
  | { readonly type: "trouble"; readonly sentence: string };

/** A PackError `usage` as plain data. */
interface Refusal {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Why a worker cannot begin. */
export function refusalOf(error: unknown): Refusal {
  const { hint, facts } =
    error instanceof PackError ? error : { hint: undefined, facts: {} };
  return { message: messageOf(error), hint, facts };
}

function errorOf({ message, hint, facts }: Refusal): PackError {
  return new PackError("usage", message, {
    facts,
    ...(hint !== undefined && { hint }),
  });
}
