import type {
  BackendClasses,
  BackendFactory,
  ConnectionOptions,
  IQueueBackend,
  Queue,
} from "bullmq";
import { messageOf, PackError } from "../errors.js";
import type { QueueAddress } from "./address.js";
import {
  FILM_QUEUE,
  TASK_QUEUE,
  type FilmData,
  type FilmResult,
  type TaskData,
} from "./jobs.js";
import { knock, withoutPassword } from "./knock.js";
import { optional } from "./libraries.js";

/** Both stores are used alike: the differences end in this file. */
export type QueueClasses = BackendClasses<IQueueBackend, ConnectionOptions>;
export type FilmQueue = Queue<
  FilmData,
  FilmResult | undefined,
  string,
  FilmData,
  FilmResult | undefined,
  string,
  IQueueBackend
>;
export type TaskQueue = Queue<
  TaskData,
  unknown,
  string,
  TaskData,
  unknown,
  string,
  IQueueBackend
>;

export interface ConnectOptions {
  /** Make the tables of PostgreSQL, or bring them up to date. */
  readonly migrate?: boolean | undefined;
  readonly onWarning: (sentence: string) => void;
}

/** The queues of a store, and what makes more connections to it. */
export interface Connected {
  readonly address: QueueAddress;
  readonly classes: QueueClasses;
  readonly connection: ConnectionOptions;
  readonly errors: Pick<
    typeof import("bullmq"),
    "UnrecoverableError" | "WaitingError" | "WaitingChildrenError"
  >;
  readonly films: FilmQueue;
  readonly tasks: TaskQueue;
  /** For `error` events: a server that is away for a moment is tried again. */
  readonly onError: (error: Error) => void;
  close(): Promise<void>;
}

/**
 * Connects to the queue.
 *
 * @throws PackError `passing` when its server does not answer, `usage` when it refuses us or has no tables, `tool` when
 * a package is missing
 */
export async function connect(
  address: QueueAddress,
  { migrate, onWarning }: ConnectOptions,
): Promise<Connected> {
  (await knock(address)).forEach(onWarning);
  const loaded = await load(address, migrate);
  const { classes, connection } = loaded;
  const onError = oncePerMessage((text) =>
    onWarning(`${address.shown}: ${withoutPassword(text, address.url)}`),
  );
  const films: FilmQueue = new classes.Queue(FILM_QUEUE, { connection });
  const tasks: TaskQueue = new classes.Queue(TASK_QUEUE, { connection });
  const queues = [films, tasks];
  queues.forEach((queue) => queue.on("error", onError));
  const close = async () => {
    await Promise.all(queues.map((queue) => queue.close()));
  };
  try {
    await films.waitUntilReady();
  } catch (error) {
    await close().catch(() => undefined);
    throw notReady(address, error);
  }
  return { ...loaded, address, films, tasks, onError, close };
}

async function load({ kind, url }: QueueAddress, migrate = false) {
  const bullmq = await optional(kind, () => import("bullmq"));
  const factory =
    kind === "redis" ? bullmq.createRedisBackend : bullmq.createPostgresBackend;
  const connection =
    kind === "redis" ? { url } : { connectionString: url, migrate };
  return {
    // Their types differ in the connection alone, which is made above.
    classes: bullmq.withBackend(factory as unknown as BackendFactory),
    connection: connection as ConnectionOptions,
    errors: bullmq,
  };
}

function notReady({ shown, url }: QueueAddress, error: unknown): PackError {
  const { name } = error as Error;
  if (name === "SchemaMigrationRequiredError")
    return new PackError("usage", `${shown}: has no tables for the queue.`, {
      hint: "mss-pack jobs --postgres ... --migrate makes them, once, as a user who may make a schema.",
    });
  const words = withoutPassword(messageOf(error), url);
  return new PackError("tool", `${shown}: cannot hold the queue (${words}).`);
}

/** While a server is away, its clients say the same each second. */
function oncePerMessage(tell: (text: string) => void): (error: Error) => void {
  let last = "";
  return (error) => {
    const text = messageOf(error);
    if (text !== last) tell(text);
    last = text;
  };
}
