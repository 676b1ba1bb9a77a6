import { messageOf, PackError } from "../errors.js";
import { STORES, type QueueAddress, type StoreKind } from "./address.js";
import { optional } from "./libraries.js";

/** How long a server may take to answer. */
const LONGEST_MS = 10_000;

/** Asks each kind of server something, on a connection of its own. */
const QUESTIONS: Readonly<
  Record<StoreKind, (url: string) => Promise<string[]>>
> = { redis: askRedis, postgres: askPostgres };

/**
 * Makes sure that the queue's server answers: its clients would try for ever.
 *
 * @returns what its owner should change, in words
 * @throws PackError `passing` when it cannot be reached, `usage` when it refuses the password, `tool` when a package
 * is missing
 */
export async function knock(address: QueueAddress): Promise<string[]> {
  const { kind, url, shown } = address;
  try {
    return await QUESTIONS[kind](url);
  } catch (error) {
    if (error instanceof PackError) throw error;
    // Never as the cause: the errors of clients hold what was sent, the password too.
    const words = withoutPassword(messageOf(error), url);
    if (isRefused(error)) {
      throw new PackError("usage", `${shown}: refuses us (${words}).`, {
        hint: `${kind === "redis" ? "redis://:PASSWORD@HOST:PORT" : "postgres://USER:PASSWORD@HOST:PORT/DATABASE"}, best in the variable ${STORES[kind].variable}.`,
        facts: { store: shown },
      });
    }
    throw new PackError("passing", `${shown}: does not answer (${words}).`, {
      hint: "Is it running, and may this machine reach it?",
      facts: { store: shown },
    });
  }
}

/** The password, in a message of someone else. */
export function withoutPassword(text: string, url: string): string {
  const { password, username } = new URL(url);
  return [url, password, decodeURIComponent(password)]
    .filter((secret) => secret !== "" && secret !== username)
    .reduce((clean, secret) => clean.replaceAll(secret, "***"), text);
}

/** Redis: NOAUTH, WRONGPASS, NOPERM. PostgreSQL: class 28, 3D000 no such database. */
function isRefused(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  return (
    /^(?:NOAUTH|WRONGPASS|NOPERM|ERR AUTH)/.test(message ?? "") ||
    (typeof code === "string" && /^(?:28|3D)/.test(code))
  );
}

async function askRedis(url: string): Promise<string[]> {
  const { Redis } = await optional("redis", () => import("ioredis"));
  const client = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: LONGEST_MS,
    commandTimeout: LONGEST_MS,
    retryStrategy: () => null,
  });
  let cause: unknown;
  client.on("error", (error) => (cause = error));
  try {
    await client.connect();
    await client.ping();
    const info = await client.info("memory");
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? "noeviction";
    return policy === "noeviction" ? [] : [evictionNote(policy)];
  } catch (error) {
    throw cause ?? error; // "Connection is closed." says less
  } finally {
    client.disconnect();
  }
}

function evictionNote(policy: string): string {
  return `Redis may throw work away when its memory is full (maxmemory-policy ${policy}). Expected noeviction.`;
}

/** What is used of `pg`, which brings no types. */
interface PgModule {
  readonly default: {
    readonly Client: new (options: object) => {
      on(event: "error", listener: () => void): void;
      connect(): Promise<void>;
      query(sql: string): Promise<unknown>;
      end(): Promise<void>;
    };
  };
}

async function askPostgres(url: string): Promise<string[]> {
  const name: string = "pg";
  const { default: pg } = await optional(
    "postgres",
    async () => (await import(name)) as PgModule,
  );
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: LONGEST_MS,
    query_timeout: LONGEST_MS,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return [];
  } finally {
    await client.end().catch(() => undefined);
  }
}
