import type { IncomingHttpHeaders } from "node:http";

/** What tells one version of a resource from another. */
export interface Validators {
  /** Strong, with its quotes. */
  readonly etag: string;
  readonly mtimeMs: number;
}

/** May the client go on with what it has? If-None-Match counts before If-Modified-Since. RFC 9110 13.2.2 */
export function isNotModified(
  headers: IncomingHttpHeaders,
  { etag, mtimeMs }: Validators,
): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined) return listsTag(tags, etag);
  const since = headers["if-modified-since"];
  return since !== undefined && wholeSeconds(mtimeMs) <= Date.parse(since);
}

/** A comparison that takes weak tags for strong ones, as If-None-Match wants it. RFC 9110 8.8.3.2 */
function listsTag(list: string, etag: string): boolean {
  if (list === etag || list.trim() === "*") return true;
  return list.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}

/** A range of bytes; `end` is behind the last. */
export interface ByteRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * The part that the client asked for. RFC 9110 14.2
 *
 * @returns undefined for the whole: no Range, one that cannot be read, several
 * ranges (a server may ignore them), or an If-Range that names another version;
 * `unsatisfiable` when it lies behind the end
 */
export function askedRange(
  headers: IncomingHttpHeaders,
  size: number,
  validators: Validators,
): ByteRange | "unsatisfiable" | undefined {
  const { range } = headers;
  if (range === undefined || !isSameVersion(headers, validators))
    return undefined;
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(range);
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const count = Math.min(Number(last), size);
    return count === 0 ? "unsatisfiable" : { begin: size - count, end: size };
  }
  const begin = Number(first);
  if (last !== "" && Number(last) < begin) return undefined;
  if (begin >= size) return "unsatisfiable";
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  return { begin, end };
}

/** If-Range: an ETag, or a date that must be the very one. RFC 9110 13.1.5 */
function isSameVersion(
  headers: IncomingHttpHeaders,
  { etag, mtimeMs }: Validators,
): boolean {
  const condition = headers["if-range"];
  if (typeof condition !== "string") return true;
  if (condition.startsWith('"')) return condition === etag;
  return Date.parse(condition) === wholeSeconds(mtimeMs);
}

/** HTTP dates have no fractions. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
