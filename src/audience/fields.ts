/** Checks of a field's value. Strangers write parts of a log: user agents, addresses, session ids. */

/** A text, cut to so many characters; undefined for an empty text and for all other values. */
export function fieldText(value: unknown, most: number): string | undefined {
  if (typeof value !== "string" || value === "" || value === "-")
    return undefined;
  return value.length > most ? value.slice(0, most) : value;
}

/** The address of a client, or its hash. A dual-stack socket writes addresses of IPv4 as `::ffff:192.0.2.1`. */
export function clientOf(value: unknown): string {
  const text = fieldText(value, LONGEST.client) ?? "";
  return text.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** A whole number from 0 to `most`, as a number or as digits (nginx writes all as texts). */
export function wholeOf(value: unknown, most: number): number | undefined {
  const isDigits = typeof value === "string" && /^\d{1,20}$/.test(value);
  const number = isDigits ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) return undefined;
  return number >= 0 && number <= most ? number : undefined;
}

/** Larger than any reply: 1 TiB. */
export const MOST_BYTES = 2 ** 40;

/** Longer than any fragment: an hour, in 10 MHz ticks. */
export const MOST_DURATION = 3600e7;

export const LONGEST = { client: 64, agent: 256, playback: 128 } as const;

const [FIRST_SECOND, LAST_SECOND] = [
  Date.UTC(2000) / 1000,
  Date.UTC(2100) / 1000,
];

/**
 * Seconds since 1970 of a date and time as logs write them.
 *
 * @param parts year, month (1 to 12), day, hour, minute, second
 * @param zone `Z`, `+0100` or `+01:00`
 * @returns undefined for an impossible date, and outside of this century
 */
export function secondOf(
  parts: readonly [number, number, number, number, number, number],
  zone: string,
): number | undefined {
  const [year, month, day, hour, minute, second] = parts;
  const isTime = hour < 24 && minute < 60 && second < 61;
  if (!isTime || month < 1 || month > 12) return undefined;
  if (day < 1 || day > daysIn(year, month)) return undefined;
  const utc = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  const at = utc - zoneSeconds(zone);
  return at >= FIRST_SECOND && at < LAST_SECOND ? at : undefined;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function zoneSeconds(zone: string): number {
  if (zone === "Z" || zone === "+00:00" || zone === "+0000") return 0;
  const [hours, minutes] = [zone.slice(1, 3), zone.slice(-2)];
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}

/** The path and the query of an address as the client wrote it. */
export function splitQuery(uri: string): readonly [string, string] {
  const mark = uri.indexOf("?");
  return mark < 0 ? [uri, ""] : [uri.slice(0, mark), uri.slice(mark + 1)];
}

/** The value of a key in a map; made if the map has none. */
export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const existing = map.get(key);
  if (existing !== undefined) return existing;
  const made = make();
  map.set(key, made);
  return made;
}
