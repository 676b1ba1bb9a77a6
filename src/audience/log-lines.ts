import {
  isStarved,
  isStarvedInQuery,
  sessionId,
  sessionIdInQuery,
} from "../util/cmcd.js";
import {
  LATEST_TIME,
  LONGEST_NAME,
  type AddressBook,
  type FragmentPlace,
  type StreamType,
} from "./address.js";
import {
  clientOf,
  LONGEST,
  MOST_BYTES,
  MOST_DURATION,
  secondOf,
  fieldText,
  wholeOf,
  splitQuery,
} from "./fields.js";

type LogFields = Readonly<Record<string, unknown>>;

/** A line of `mss-pack serve`, or of nginx in the documented format, which writes all values as texts. */
export function readJsonLine(
  line: string,
  addresses: AddressBook,
): LogRequest | undefined {
  const fields = parse(line);
  const second = fields && readTime(fields["time"]);
  if (second === undefined || fields === undefined) return undefined;
  const status = wholeOf(fields["status"], 599);
  const uri = fields["uri"];
  if (status === undefined || typeof uri !== "string") return undefined;
  const [path, query] = splitQuery(uri);
  const { place, time } = addresses.read(path);
  return {
    second,
    client: clientOf(fields["client"]),
    agent: fieldText(fields["agent"], LONGEST.agent) ?? "",
    playback:
      fieldText(fields["playback"], LONGEST.playback) ??
      sessionId(fieldText(fields["cmcd"], 4096) ?? "") ??
      sessionIdInQuery(query),
    stalled: readStalled(fields, query),
    method: fieldText(fields["method"], 16) ?? "",
    place: readPlace(place, fields, addresses),
    // Times in addresses are ticks of the stream; only the origin has the ticks per second.
    time: wholeOf(fields["fragment"], LATEST_TIME) ?? time,
    status,
    bytes: wholeOf(fields["bytes"], MOST_BYTES) ?? 0,
    aborted: fields["aborted"] === true || isClosed(status),
    duration: wholeOf(fields["duration"], MOST_DURATION),
    cacheHit: readCache(fields["cache"]),
  };
}

function parse(line: string): LogFields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null
      ? (value as LogFields)
      : undefined;
  } catch {
    return undefined;
  }
}

const ISO_8601 =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;

function readTime(value: unknown): number | undefined {
  if (typeof value !== "string" || !ISO_8601.test(value)) return undefined;
  const part = (begin: number, end: number) => Number(value.slice(begin, end));
  return secondOf(
    [
      ...([part(0, 4), part(5, 7), part(8, 10)] as const),
      ...([part(11, 13), part(14, 16), part(17, 19)] as const),
    ],
    value.endsWith("Z") ? "Z" : value.slice(value.search(/[+-]\d\d:?\d\d$/)),
  );
}

function readPlace(
  place: FragmentPlace,
  fields: LogFields,
  addresses: AddressBook,
) {
  const name = fieldText(fields["package"], LONGEST_NAME);
  const stream = fieldText(fields["stream"], LONGEST_STREAM);
  const type = TYPES.find((name) => name === fields["type"]);
  const language = fieldText(fields["language"], LONGEST_LANGUAGE);
  return addresses.asTold(place, name, stream, type, language);
}

/** Longer than any tag that a manifest may have, such as `zh-Hant-TW`. */
const LONGEST_LANGUAGE = 35;

const LONGEST_STREAM = 256;

const TYPES: readonly StreamType[] = ["video", "audio", "text"];

/** Our logs tell it. nginx writes the header, which is empty in most requests; CMCD's session tells that it was sent. */
function readStalled(fields: LogFields, query: string): boolean | undefined {
  const { stalled, cmcd, cmcd_status: status } = fields;
  if (typeof stalled === "boolean") return stalled;
  if (typeof status === "string" && typeof cmcd === "string" && cmcd !== "")
    return isStarved(status);
  return isStarvedInQuery(query);
}

/** nginx: 499 when the client closed, 000 when there was no reply. */
function isClosed(status: number): boolean {
  return status === 499 || status === 0;
}

/** nginx's `$upstream_cache_status`; empty if no cache was asked. */
function readCache(value: unknown): boolean | undefined {
  if (typeof value !== "string" || value === "" || value === "-")
    return undefined;
  return HITS.includes(value.toUpperCase());
}

const HITS = ["HIT", "STALE", "UPDATING", "REVALIDATED"];

/** A quoted text. A quote in it has a backslash before it (or is \x22). */
const QUOTED = String.raw`"([^"\\]*(?:\\.[^"\\]*)*)"`;

/** The combined format of Apache and nginx; ignores the text after the agent. */
const COMBINED = new RegExp(
  String.raw`^(\S+) \S+ [^[]{0,256}\[(\d\d)/([A-Za-z]{3})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\] ` +
    String.raw`${QUOTED} (\d{3}) (\d+|-)(?: ${QUOTED} ${QUOTED})?`,
);

const MONTHS = [
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
  ...["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
];

export function readCombinedLine(
  line: string,
  addresses: AddressBook,
): LogRequest | undefined {
  const match = COMBINED.exec(line);
  if (match === null) return undefined;
  const [, client, day, month = "", year, hour, minute, second, zone] = match;
  const at = secondOf(
    [
      ...([Number(year), MONTHS.indexOf(month) + 1, Number(day)] as const),
      ...([Number(hour), Number(minute), Number(second)] as const),
    ],
    zone ?? "Z",
  );
  if (at === undefined) return undefined;
  const status = Number(match[10]);
  const [method = "", uri = ""] = unescaped(match[9] ?? "").split(" ", 2);
  const [path, query] = splitQuery(uri);
  const { place, time } = addresses.read(path);
  return {
    second: at,
    client: clientOf(client),
    agent: fieldText(unescaped(match[13] ?? ""), LONGEST.agent) ?? "",
    playback: sessionIdInQuery(query),
    stalled: isStarvedInQuery(query),
    method: method.slice(0, 16),
    place,
    time,
    status,
    bytes: wholeOf(match[11], MOST_BYTES) ?? 0,
    aborted: status === 499 || status === 0,
    duration: undefined,
    cacheHit: undefined,
  };
}

/** Servers write quotes and bytes outside of ASCII as \x22; these may be UTF-8. */
function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/(?:\\x[0-9A-Fa-f]{2})+/g, (bytes) =>
    Buffer.from(bytes.replaceAll("\\x", ""), "hex").toString("utf8"),
  );
}

/** One line of an access log, of any format: the fields that the audience needs. */
export interface LogRequest {
  /** Whole seconds since 1970: nginx logs no finer times, and equal requests must give equal reports. */
  readonly second: number;
  /** Address of the client, or its hash. */
  readonly client: string;
  readonly agent: string;
  /** CMCD's session id; undefined when the player sent none. */
  readonly playback: string | undefined;
  /** The player ran out of media before this request; undefined when the line does not tell. */
  readonly stalled: boolean | undefined;
  readonly method: string;
  readonly place: FragmentPlace;
  /** The begin of the fragment, in 10 MHz ticks; undefined for a request without one. */
  readonly time: number | undefined;
  /** 0 when the client went away before there was a status. */
  readonly status: number;
  /** Bytes of the body that were sent. */
  readonly bytes: number;
  /** The client went away before the end. */
  readonly aborted: boolean;
  /** Duration of the fragment, in 10 MHz ticks; undefined if the log has none. */
  readonly duration: number | undefined;
  /** Did a cache have it? Undefined if the log has no answer. */
  readonly cacheHit: boolean | undefined;
}
