import { sessionId, sessionIdInQuery } from "../util/cmcd.js";
import {
  LATEST_TIME,
  LONGEST_NAME,
  type AddressBook,
  type Place,
  type StreamType,
} from "./address.js";
import {
  clientOf,
  LONGEST,
  MOST_BYTES,
  MOST_DURATION,
  secondOf,
  textOf,
  wholeOf,
  splitQuery,
} from "./fields.js";
import type { LogRequest } from "./log-request.js";

type Fields = Readonly<Record<string, unknown>>;

/** A line of `mss-pack serve`, or of nginx in the documented format, where all values are texts. */
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
    agent: textOf(fields["agent"], LONGEST.agent) ?? "",
    playback:
      textOf(fields["playback"], LONGEST.playback) ??
      sessionId(textOf(fields["cmcd"], 4096) ?? "") ??
      sessionIdInQuery(query),
    method: textOf(fields["method"], 16) ?? "",
    place: readPlace(place, fields, addresses),
    // Addresses count in ticks of the stream; only the origin knows how many make a second.
    time: wholeOf(fields["fragment"], LATEST_TIME) ?? time,
    status,
    bytes: wholeOf(fields["bytes"], MOST_BYTES) ?? 0,
    aborted: fields["aborted"] === true || isClosed(status),
    duration: wholeOf(fields["duration"], MOST_DURATION),
    cacheHit: readCache(fields["cache"]),
  };
}

function parse(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null
      ? (value as Fields)
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

function readPlace(place: Place, fields: Fields, addresses: AddressBook) {
  const name = textOf(fields["package"], LONGEST_NAME);
  const stream = textOf(fields["stream"], LONGEST_STREAM);
  const type = TYPES.find((known) => known === fields["type"]);
  return addresses.asTold(place, name, stream, type);
}

const LONGEST_STREAM = 256;

const TYPES: readonly StreamType[] = ["video", "audio", "text"];

/** nginx: 499 when the client closed, 000 when there was no reply at all. */
function isClosed(status: number): boolean {
  return status === 499 || status === 0;
}

/** nginx's `$upstream_cache_status`; empty where no cache was asked. */
function readCache(value: unknown): boolean | undefined {
  if (typeof value !== "string" || value === "" || value === "-")
    return undefined;
  return HITS.includes(value.toUpperCase());
}

const HITS = ["HIT", "STALE", "UPDATING", "REVALIDATED"];
