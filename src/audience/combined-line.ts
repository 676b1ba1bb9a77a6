import { sessionIdInQuery } from "../util/cmcd.js";
import type { AddressBook } from "./address.js";
import {
  clientOf,
  LONGEST,
  MOST_BYTES,
  secondOf,
  textOf,
  wholeOf,
  splitQuery,
} from "./fields.js";
import type { LogRequest } from "./log-request.js";

/** A quoted text, in which a quote has a backslash before it (or is \x22). */
const QUOTED = String.raw`"([^"\\]*(?:\\.[^"\\]*)*)"`;

/** The combined format of Apache and nginx; what follows the agent is passed over. */
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
    agent: textOf(unescaped(match[13] ?? ""), LONGEST.agent) ?? "",
    playback: sessionIdInQuery(query),
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
