import { queueAddress, type StoreKind } from "../../queue/address.js";
import { LAST_PRIORITY, USUAL_PRIORITY } from "../../queue/jobs.js";
import { wholeNumber, type CommandName, type OptionRow } from "./option.js";

const QUEUE: readonly CommandName[] = ["worker", "submit", "jobs", "cancel"];

/** A queue of films for many machines. */
export const QUEUE_OPTIONS: readonly OptionRow[] = [
  store("redis", "Redis, or what speaks like it, holds the queue"),
  store("postgres", "PostgreSQL holds the queue"),
  {
    flags: "--migrate",
    text: "with --postgres: make the tables of the queue, or bring them up to date; once, as a user who may make a schema",
    brief: "with --postgres: make the tables first",
    group: "machines",
    commands: ["worker", "submit", "jobs"],
    words: ["schema", "tables"],
  },
  {
    flags: "--work <folder>",
    text: "folder that all workers see under the same path, for plans and what is encoded (default: .mss-pack-queue in the output folder)",
    brief: "folder that all workers see, for their files",
    group: "machines",
    commands: ["submit"],
    words: ["temporary", "scratch", "shared", "NFS"],
  },
  {
    flags: "--priority <number>",
    text: `1 to ${LAST_PRIORITY}; films with a lower number come first (default: ${USUAL_PRIORITY})`,
    group: "machines",
    commands: ["submit"],
    words: ["urgent", "order"],
    parse: wholeNumber(1, LAST_PRIORITY),
  },
  {
    flags: "--wait",
    text: "end when the packages are there, or a film has failed",
    group: "machines",
    commands: ["submit"],
    words: ["block", "sync"],
  },
  {
    flags: "--concurrency <count>",
    text: "steps at a time (default: one a core, as far as the memory goes)",
    group: "machines",
    commands: ["worker"],
    words: ["parallel", "threads", "cores"],
    parse: wholeNumber(1, 1024),
  },
  {
    flags: "--metrics <port>",
    text: "figures for Prometheus at http://127.0.0.1:PORT/metrics; 0 takes a free port",
    group: "machines",
    commands: ["worker"],
    words: ["prometheus", "monitoring", "grafana"],
    parse: wholeNumber(0, 65_535),
  },
];

function store(kind: StoreKind, text: string): OptionRow {
  const name = `--${kind}`;
  return {
    flags: `${name} <address>`,
    text: `${text}; also the variable MSS_PACK_${kind.toUpperCase()}, which hides its password from other users`,
    brief: text,
    group: "machines",
    commands: QUEUE,
    words: ["queue", "BullMQ", "farm", "cluster"],
    parse: (value) => queueAddress(kind, value, name),
  };
}
