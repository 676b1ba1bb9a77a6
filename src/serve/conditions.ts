import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** Marks that identify a version of a resource. */
export interface Validators {
  /** With its quotes; weak for a packed form. */
  readonly etag: string;
  readonly mtimeMs: number;
}

/**
 * The result of a request's conditions: 412 if they are meant for another version, 304 if the
 * client may use its copy, undefined if the request is to be answered. A condition on tags counts
 * before one on dates. RFC 9110 13.2.2
 */
export function failedCondition(
  headers: IncomingHttpHeaders,
  validators: Validators,
): 304 | 412 | undefined {
  if (!isExpected(headers, validators)) return 412;
  return isKnown(headers, validators) ? 304 : undefined;
}

function isExpected(
  headers: IncomingHttpHeaders,
  { etag, mtimeMs }: Validators,
): boolean {
  const tags = headers["if-match"];
  if (tags !== undefined) return listsTag(tags, etag, isStrongly);
  const since = headers["if-unmodified-since"];
  // A text that is not a date is ignored. RFC 9110 13.1.4
  return since === undefined || !(wholeSeconds(mtimeMs) > Date.parse(since));
}

/**
 * Compares for the very date, and not for a later one: an older file that replaced this one has
 * other bytes. nginx does the same by default.
 */
function isKnown(
  headers: IncomingHttpHeaders,
  { etag, mtimeMs }: Validators,
): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined) return listsTag(tags, etag, isWeakly);
  const since = headers["if-modified-since"];
  return since !== undefined && wholeSeconds(mtimeMs) === Date.parse(since);
}

type Comparison = (one: string, other: string) => boolean;

/** RFC 9110 8.8.3.2 */
const isStrongly: Comparison = (one, other) => one === other && !isWeak(one);
const isWeakly: Comparison = (one, other) => opaque(one) === opaque(other);

/** Does a tag identify a version, and not its very bytes? */
export function isWeak(etag: string): boolean {
  return etag.startsWith("W/");
}

function opaque(etag: string): string {
  return etag.replace(/^W\//, "");
}

function listsTag(list: string, etag: string, isSame: Comparison): boolean {
  if (list.trim() === "*") return true;
  return list.split(",").some((tag) => isSame(tag.trim(), etag));
}

/** A range of bytes; `end` is behind the last. */
export interface RequestedRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * The part that the client asked for. RFC 9110 14.2
 *
 * @returns undefined for the whole: no Range, one that cannot be read, several
 * ranges (a server may ignore them), a HEAD, or an If-Range that names another
 * version; `unsatisfiable` when it lies behind the end
 */
export function askedRange(
  { headers, method }: IncomingMessage,
  size: number,
  validators: Validators,
): RequestedRange | "unsatisfiable" | undefined {
  const { range } = headers;
  if (range === undefined || method !== "GET") return undefined;
  if (!isSameVersion(headers, validators)) return undefined;
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
