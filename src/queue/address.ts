import { PackError } from "../errors.js";

/** Servers that can hold the queue. */
export type StoreKind = "redis" | "postgres";

/** The address of the queue's server. */
export interface QueueAddress {
  readonly kind: StoreKind;
  /** With its password: never in a job, a message or a log. */
  readonly url: string;
  /** For messages: its name, host and port alone. */
  readonly shown: string;
}

interface StoreRow {
  readonly title: string;
  readonly protocols: readonly string[];
  readonly port: string;
  /** Environment variables can be read by fewer people than command lines. */
  readonly variable: string;
}

export const STORES: Readonly<Record<StoreKind, StoreRow>> = {
  redis: {
    title: "Redis",
    protocols: ["redis:", "rediss:"],
    port: "6379",
    variable: "MSS_PACK_REDIS",
  },
  postgres: {
    title: "PostgreSQL",
    protocols: ["postgres:", "postgresql:"],
    port: "5432",
    variable: "MSS_PACK_POSTGRES",
  },
};

/**
 * Reads an address. The errors do not repeat it, for it may hold a password.
 *
 * @param name of the option or variable that has the value
 * @throws PackError `usage`
 */
export function queueAddress(
  kind: StoreKind,
  text: string,
  name: string,
): QueueAddress {
  const { title, protocols, port } = STORES[kind];
  const url = parsed(text);
  if (url === undefined || !protocols.includes(url.protocol) || !url.hostname) {
    const expected = `${protocols[0]}//HOST:PORT`;
    throw new PackError(
      "usage",
      `The value of ${name} is no address of ${title}. Expected ${expected}.`,
      {
        hint: "A % in a password is written %25, and a # %23.",
        facts: { option: name, expected },
      },
    );
  }
  const place = `${url.hostname}:${url.port || port}`;
  return { kind, url: text, shown: `${title} at ${place}` };
}

/** Clients give up on a `%` that begins no escape. */
function parsed(text: string): URL | undefined {
  try {
    const url = new URL(text);
    decodeURIComponent(url.username + url.password);
    return url;
  } catch {
    return undefined;
  }
}

/** Options that name the server, as read. */
export interface StoreFlags {
  readonly redis?: QueueAddress;
  readonly postgres?: QueueAddress;
}

/**
 * The server that the options name, or else the environment.
 *
 * @throws PackError `usage` when there is none, or more than one
 */
export function chooseStore(
  { redis, postgres }: StoreFlags,
  environment: NodeJS.ProcessEnv,
): QueueAddress {
  const given = [redis, postgres].filter((one) => one !== undefined);
  const found = given.length > 0 ? given : fromEnvironment(environment);
  const [store, other] = found;
  if (store !== undefined && other === undefined) return store;
  throw new PackError(
    "usage",
    store === undefined
      ? "No server for the queue is given. Expected --redis URL or --postgres URL."
      : "Redis and PostgreSQL are given. Expected one of them.",
    {
      hint: "For example: --redis redis://127.0.0.1:6379, or the same in the variable MSS_PACK_REDIS.",
    },
  );
}

function fromEnvironment(environment: NodeJS.ProcessEnv): QueueAddress[] {
  const kinds = Object.keys(STORES) as StoreKind[];
  return kinds.flatMap((kind) => {
    const { variable } = STORES[kind];
    const text = environment[variable];
    return text ? [queueAddress(kind, text, variable)] : [];
  });
}
