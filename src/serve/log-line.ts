import { decodePath } from "../smooth/address.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { clock, size } from "../util/format.js";
import type { LogFormat } from "./options.js";
import type { StreamKind } from "../media/track.js";

/** What a request asked for. Only the known fields are there. */
export interface LogFacts {
  readonly package?: string;
  readonly stream?: string;
  readonly type?: StreamKind;
  /** Three letters; left out when the package does not tell. */
  readonly language?: string;
  readonly bitrate?: number;
  /** Begin of the fragment, and how long it lasts, in 10 MHz ticks. */
  readonly fragment?: bigint;
  readonly duration?: number | undefined;
}

/** A finished request. */
export interface LogEntry {
  /** Time of the request. */
  readonly dateMs: number;
  readonly client: string;
  readonly method: string;
  /** Path and query, as the client wrote them. */
  readonly uri: string;
  readonly protocol: string;
  readonly status: number;
  /** Body bytes really sent. */
  readonly bytes: number;
  /** From the request to the last byte. */
  readonly seconds: number;
  readonly agent: string | undefined;
  readonly referrer: string | undefined;
  readonly playback: string | undefined;
  /** The player ran out of media before this request; undefined when it does not tell. */
  readonly stalled: boolean | undefined;
  readonly facts: LogFacts;
  /** The client was gone before the end of the reply. */
  readonly isAborted: boolean;
}

/** An entry as a line, without its end. Text from a client cannot begin another line. */
export const LINES: Readonly<Record<LogFormat, (entry: LogEntry) => string>> = {
  json: jsonLine,
  combined: combinedLine,
  short: shortLine,
};

/**
 * JSON escapes every character that could end a line or a text. The line is put together by hand:
 * as one object it takes three times as long.
 */
function jsonLine(entry: LogEntry): string {
  const { agent, playback, stalled } = entry;
  const seconds = Math.round(entry.seconds * 1000) / 1000;
  return `{"time":"${new Date(entry.dateMs).toISOString()}","client":${text(entry.client)},"method":${text(entry.method)},"uri":${text(entry.uri)},"status":${entry.status},"bytes":${entry.bytes},"seconds":${seconds}${
    agent === undefined ? "" : `,"agent":${text(agent)}`
  }${playback === undefined ? "" : `,"playback":${text(playback)}`}${
    stalled === undefined ? "" : `,"stalled":${stalled}`
  }${factsText(entry.facts)}${entry.isAborted ? ',"aborted":true}' : "}"}`;
}

const text = JSON.stringify as (value: string) => string;

const factsTexts = new WeakMap<LogFacts, string>();

/** The same fragment is asked for again and again. */
function factsText(facts: LogFacts): string {
  let factsJson = factsTexts.get(facts);
  if (factsJson === undefined) {
    factsJson = FACTS.filter((name) => facts[name] !== undefined)
      .map((name) => `,"${name}":${json(facts[name])}`)
      .join("");
    factsTexts.set(facts, factsJson);
  }
  return factsJson;
}

/** Times are written as numbers, with more digits than a double has. */
function json(fact: LogFacts[keyof LogFacts]): string {
  return typeof fact === "bigint" ? String(fact) : JSON.stringify(fact);
}

const FACTS = [
  "package",
  "stream",
  "type",
  "language",
  "bitrate",
  "fragment",
  "duration",
] as const;

/** Apache's format of this name, which most tools read. */
function combinedLine(entry: LogEntry): string {
  const { client, dateMs, method, uri, protocol, status, bytes } = entry;
  const request = quoted(`${method} ${uri} ${protocol}`);
  const agent = quoted(entry.agent ?? "-");
  const referrer = quoted(entry.referrer ?? "-");
  const who = client.replace(/[^\w.:%-]/g, "_");
  return `${who} - - [${apacheTime(dateMs)}] ${request} ${status} ${bytes} ${referrer} ${agent}`;
}

/** As nginx writes it: quotes, backslashes and all characters outside plain ASCII as `\xHH`. */
function quoted(text: string): string {
  const escaped = text.replace(/[^\x20-\x7e]|["\\]/g, (character) => {
    const bytes = [...Buffer.from(character)];
    return bytes
      .map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join("");
  });
  return `"${escaped}"`;
}

// prettier-ignore
const MONTHS = [
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/** In UTC: the log must not depend on the machine's time zone. */
function apacheTime(dateMs: number): string {
  const [, year, month, day, time] =
    /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(new Date(dateMs).toISOString()) ?? [];
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}

/** For a person at a terminal: time, status, request, size and duration. */
function shortLine(entry: LogEntry): string {
  const { dateMs, status, bytes, seconds, isAborted } = entry;
  const time = new Date(dateMs).toTimeString().slice(0, 8);
  const end = isAborted ? "broken off" : `${Math.round(seconds * 1000)} ms`;
  const line = `${time}  ${status}  ${whatOf(entry)}  ${size(bytes)}  ${end}`;
  // Text from a client moves no cursor.
  return line.replace(/\p{C}/gu, "?");
}

function whatOf({ method, uri, facts }: LogEntry): string {
  const { package: name, stream, bitrate, fragment } = facts;
  const begin = method === "GET" ? "" : `${method} `;
  const path = uri.replace(/\?.*/s, "");
  if (name === undefined || stream === undefined || fragment === undefined)
    return begin + (decodePath(path) ?? path);
  const at = clock(Number(fragment) / SMOOTH_TIMESCALE);
  const rate = Math.round((bitrate ?? 0) / 1000);
  return `${begin}${name}  ${stream} ${rate}k at ${at}`;
}
