import { PackError, throwIfAborted } from "../errors.js";
import { AddressBook } from "./address.js";
import type { AudienceReport } from "./audience-report.js";
import { Audience, type Selection } from "./audience.js";
import { SECONDS_PER_DAY } from "./film.js";
import type { LogRequest } from "./log-lines.js";
import { LogReader, nameOf, type LogFile } from "./log-reader.js";
import { summarizeAudience } from "./summarize.js";

export interface AudienceOptions {
  /** Path of the only package that counts, with or without `.ism`. */
  readonly package?: string | undefined;
  /** The first day that counts, such as `2026-11-26` (UTC). */
  readonly from?: string | undefined;
  /** The last day that counts. */
  readonly to?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads access logs and reports who watched what. Takes logs of `mss-pack serve`, of nginx in the
 * documented JSON format, and in the combined format, in any mixture and order, packed with gzip or
 * not. Counts unreadable lines in `logs`.
 *
 * @throws PackError `usage` for an impossible day or a log that is given twice, `input` for a log
 * that cannot be read or has no line of a known format, `aborted`
 */
export async function readAudience(
  logs: readonly LogFile[],
  options: AudienceOptions = {},
): Promise<AudienceReport> {
  const audience = new Audience(selectionOf(options));
  const addresses = new AddressBook();
  const readers = logs.map((log) => new LogReader(log, addresses));
  await requireEachOnce(readers);
  for await (const requests of inTimeOrder(readers)) {
    throwIfAborted(options.signal);
    for (const request of requests) audience.take(request);
  }
  audience.finish();
  const read = readers.map((reader) => reader.read);
  for (const log of read) {
    if (log.lines > 0 && log.unread === log.lines) throw noLog(log);
  }
  return {
    logs: read,
    selection: {
      package: audience.selection.package ?? null,
      from: options.from ?? null,
      to: options.to ?? null,
    },
    ...summarizeAudience(audience),
  };
}

/** A log that is given twice, even under another name, would count twice. */
async function requireEachOnce(readers: readonly LogReader[]): Promise<void> {
  const names = new Map<unknown, string>();
  for (const reader of readers) {
    const { log } = reader;
    const source = typeof log === "string" ? log : log.bytes;
    const which = (await reader.file()) ?? source;
    const other = names.get(which);
    if (other !== undefined) throw givenTwice(nameOf(log), other);
    names.set(which, nameOf(log));
  }
}

function givenTwice(name: string, other: string): PackError {
  const what =
    name === other
      ? `${name} is given twice`
      : `${name} is the same file as ${other}`;
  return new PackError("usage", `${what}, and would count twice.`, {
    hint: "Give each access log once.",
  });
}

function selectionOf(options: AudienceOptions): Selection {
  const from = dayOf("from", options.from) ?? -Infinity;
  const last = dayOf("to", options.to) ?? Infinity;
  if (from > last)
    throw new PackError(
      "usage",
      `--from ${options.from} is after --to ${options.to}.`,
    );
  return {
    package: options.package?.replace(/^\/+/, "").replace(/\.isml?$/i, ""),
    ...{ from, until: last + SECONDS_PER_DAY },
  };
}

/** The first second of a day, since 1970. */
function dayOf(
  name: "from" | "to",
  text: string | undefined,
): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  // V8 takes 2026-02-31 for a day in March.
  if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text))
    return ms / 1000;
  throw new PackError(
    "usage",
    `--${name} is "${text}". Expected a day in UTC, such as 2026-11-26.`,
    { facts: { option: `--${name}`, found: text } },
  );
}

function noLog({ name, lines }: { name: string; lines: number }): PackError {
  return new PackError(
    "input",
    `${name}: none of ${lines} ${lines === 1 ? "line" : "lines"} could be read. Expected an access log.`,
    {
      hint: "docs/audience.md shows the formats that are read.",
      facts: { file: name, lines },
    },
  );
}

/**
 * The requests of several logs in the order of their time, if each log is in order. Rotated files
 * may be given in any order; logs of origins that ran together are read together.
 */
export async function* inTimeOrder(
  readers: readonly LogReader[],
): AsyncGenerator<readonly LogRequest[]> {
  // A year of rotated logs is not held open: each gives its begin, and waits.
  for (const reader of readers) {
    await reader.fill();
    if (readers.length > 1) await reader.close();
  }
  for (;;) {
    const [first, second] = firstTwo(readers);
    if (first === undefined) return;
    await first.fill();
    if (first.second < Infinity)
      yield first.takeUntil(second?.second ?? Infinity);
    await first.fill();
  }
}

/** The readers with the earliest next requests. */
function firstTwo(
  readers: readonly LogReader[],
): [LogReader | undefined, LogReader | undefined] {
  let [first, second]: (LogReader | undefined)[] = [];
  for (const reader of readers) {
    if (reader.second === Infinity) continue;
    if (first === undefined || reader.second < first.second)
      [first, second] = [reader, first];
    else if (second === undefined || reader.second < second.second)
      second = reader;
  }
  return [first, second];
}
