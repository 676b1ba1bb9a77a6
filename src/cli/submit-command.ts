import { join, resolve } from "node:path";
import { makeItem, packageKey, type BatchItem } from "../batch/item.js";
import { PackError } from "../errors.js";
import type { Connected } from "../queue/connect.js";
import { USUAL_PRIORITY } from "../queue/jobs.js";
import type { Submitted } from "../queue/submit.js";
import { makeOptions, type MakeFlags } from "./flags.js";
import {
  givenInputs,
  refuseOneNameForMany,
  STDIN,
  type InputFlags,
} from "./inputs.js";
import { say, writeLine } from "./process.js";
import { timingOf, withQueue, type QueueFlags } from "./queue.js";
import { tellFailure, waitForAll } from "./submit-wait.js";

export interface SubmitFlags extends MakeFlags, InputFlags, QueueFlags {
  readonly work?: string;
  readonly priority?: number;
  readonly wait?: boolean;
}

/** Name of the work folder in the output folder, where no other is given. */
const WORK = ".mss-pack-queue";

/** `mss-pack submit films... -o out/ --redis ...` */
export async function submitCommand(
  args: readonly string[],
  flags: SubmitFlags,
  signal: AbortSignal,
): Promise<void> {
  const inputs = await givenInputs(args, flags, signal);
  refuseOneNameForMany(inputs, flags);
  const example = `mss-pack submit ${args.join(" ")} -o out/ --redis redis://127.0.0.1:6379`;
  const options = makeOptions(flags, signal, example);
  const items = inputs.inputs.map((input, i, { length }) =>
    makeItem(
      { ...input, ...(flags.name !== undefined && { name: flags.name }) },
      i + 1,
      length,
      flags.folderEach,
    ),
  );
  refuseMisfits(items);
  requireWait(flags);
  await withQueue(flags, (connected) =>
    submitAll(connected, items, options, flags, signal),
  );
}

/** Nobody is there at a film's end but who waits for it. */
function requireWait({ wait, notify, onDone }: SubmitFlags): void {
  const option = notify !== undefined ? "--notify" : onDone && "--on-done";
  if (wait || option === undefined) return;
  throw new PackError(
    "usage",
    `${option} is given, and no --wait. Expected both: submit ends before the film does.`,
    { facts: { option } },
  );
}

/** @throws PackError `usage` */
function refuseMisfits(items: readonly BatchItem[]): void {
  const seen = new Map<string, BatchItem>();
  for (const item of items) {
    if (item.path === STDIN)
      throw new PackError(
        "usage",
        "Standard input is given for work on many machines. Expected files that all of them see.",
      );
    const key = packageKey(item);
    const other = seen.get(key);
    if (other !== undefined)
      throw new PackError(
        "usage",
        `${other.input} and ${item.input} would make the same package, ${item.name}.`,
        { hint: "--folder-each or --keep-folders keeps them apart." },
      );
    seen.set(key, item);
  }
}

async function submitAll(
  connected: Connected,
  items: readonly BatchItem[],
  options: ReturnType<typeof makeOptions>,
  flags: SubmitFlags,
  signal: AbortSignal,
): Promise<void> {
  const { submit } = await import("../queue/submit.js");
  const failures: PackError[] = [];
  const submitted: Submitted[] = [];
  const ofQueue = {
    work: resolve(flags.work ?? join(options.output, WORK)),
    priority: flags.priority ?? USUAL_PRIORITY,
    ...{ tries: timingOf(process.env).tries, signal },
  };
  for (const { path, name, folder = "", input } of items) {
    const output = join(options.output, folder);
    try {
      const noEvents = { onPlan: undefined, onProgress: undefined };
      const own = { ...options, ...noEvents, output, name };
      const film = await submit(connected, path, own, ofQueue);
      submitted.push(film);
      tellSubmitted(film, flags);
    } catch (error) {
      if (items.length === 1 || !isOfInput(error)) throw error;
      failures.push(error);
      tellFailure(input, error, flags);
    }
  }
  if (flags.wait)
    failures.push(...(await waitForAll(connected, submitted, flags, signal)));
  throwFailures(failures, items.length);
}

/** Others go on without this input. */
function isOfInput(error: unknown): error is PackError {
  return error instanceof PackError && error.code !== "aborted";
}

function throwFailures(failures: readonly PackError[], count: number): void {
  const [failure] = failures;
  if (failure === undefined) return;
  if (count === 1) throw failure;
  throw new PackError(
    "batch",
    `${failures.length} of ${count} inputs have failed.`,
    {
      hint: "mss-pack jobs tells why. Submitted again, each keeps the steps that are done.",
    },
  );
}

const STATES: Readonly<Record<Submitted["state"], string>> = {
  queued: "is in the queue",
  known: "is in the queue already",
  again: "is in the queue again; what is done is kept",
  done: "is packaged already",
};

function tellSubmitted(film: Submitted, { json, quiet }: SubmitFlags): void {
  if (json) return writeLine({ type: "submitted", ...film });
  if (!quiet)
    say(`${film.input}: ${STATES[film.state]} (${film.id.slice(0, 12)})`);
}
