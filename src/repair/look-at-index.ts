import type { FileHandle } from "node:fs/promises";
import { readingError } from "../errors.js";
import {
  readFragmentTables,
  readMfra,
  type FragmentTable,
} from "../isobmff/fragment-index.js";
import { boxAtPosition, scanBoxes, type BoxSpan } from "../isobmff/scan.js";

/** Where the fragments of a file are, by its mfra, or by its boxes. */
export interface FoundIndex {
  readonly index: "good" | "none" | "wrong";
  readonly indexFault?: string;
  readonly cutOffAt?: number;
  /** Found only on a walk over all boxes. */
  readonly moov?: BoxSpan;
  /** Positions of moofs: all, or one for each track and perhaps some more. */
  readonly moofs: readonly number[];
  /** When fragments begin, by track; empty unless the mfra is good. */
  readonly tables: ReadonlyMap<number, BigInt64Array>;
  /** Of its mfra, right or wrong. */
  readonly rows: readonly FragmentTable[];
  /** Bytes of the fragments of a track; empty unless the mfra is good. */
  readonly sizes: ReadonlyMap<number, Float64Array>;
}

export interface IndexWish {
  readonly trackIds: readonly number[];
  /** Walk over all boxes, also when the mfra is good. */
  readonly isWhole: boolean;
}

/** Looks at the mfra of a file; without a good one, it walks over the headers of all boxes. */
export async function lookAtIndex(
  file: FileHandle,
  size: number,
  { trackIds, isWhole }: IndexWish,
): Promise<FoundIndex> {
  const mfra = await readMfra(file, size);
  const read = tablesIn(mfra);
  const tables = Array.isArray(read) ? read : [];
  const end = size - mfra.length;
  const isNone = tables.every(({ time }) => time.length === 0);
  const fault = Array.isArray(read)
    ? await faultOf(tables, trackIds, file, end)
    : read;
  if (fault === undefined && !isNone && !isWhole)
    return { ...good(tables, end), rows: tables, moofs: firstOf(tables) };
  const walked = { ...(await walk(file, size)), rows: tables };
  const few = isWhole
    ? walked
    : { ...walked, moofs: walked.moofs.slice(0, SOME * trackIds.length) };
  if (isNone && Array.isArray(read)) return { ...NO_INDEX, ...few };
  const stray = fault ?? strayIn(tables, walked.moofs);
  return stray === undefined
    ? { ...good(tables, end), ...walked }
    : { ...NO_INDEX, index: "wrong", indexFault: stray, ...few };
}

/** The first fragments of a file are of all its tracks. */
const SOME = 4;

const NO_INDEX = {
  index: "none",
  tables: new Map<number, BigInt64Array>(),
  sizes: new Map<number, Float64Array>(),
} as const;

/** @returns why it cannot be read, in words */
function tablesIn(mfra: Uint8Array): FragmentTable[] | string {
  try {
    return readFragmentTables(mfra);
  } catch (error) {
    return `is damaged (${readingError(error)})`;
  }
}

/** What is wrong with an mfra, as far as its first and last rows show it. */
async function faultOf(
  tables: readonly FragmentTable[],
  trackIds: readonly number[],
  file: FileHandle,
  end: number,
): Promise<string | undefined> {
  const known = tables.filter(({ time }) => time.length > 0);
  if (known.length === 0) return undefined;
  const without = trackIds.find((id) =>
    known.every(({ trackId }) => trackId !== id),
  );
  if (without !== undefined) return `has no row of track ${without}`;
  for (const { offset } of known)
    for (const position of [offset[0] ?? 0, offset.at(-1) ?? 0]) {
      const isInside = position >= 0 && position + 8 <= end;
      const span = isInside && (await boxAtPosition(file, position, end));
      if (!span || span.type !== "moof")
        return `leads to byte ${position}, where no fragment begins`;
    }
  return undefined;
}

/** A row between the first and the last that leads to no fragment. */
function strayIn(
  tables: readonly FragmentTable[],
  moofs: readonly number[],
): string | undefined {
  const places = new Set(moofs);
  for (const { offset } of tables)
    for (const position of offset)
      if (!places.has(position))
        return `leads to byte ${position}, where no fragment begins`;
  const listed = new Set(tables.flatMap(({ offset }) => [...offset]));
  const missing = moofs.length - listed.size;
  return missing === 0 ? undefined : `leaves ${missing} fragments out`;
}

function firstOf(tables: readonly FragmentTable[]): number[] {
  const firsts = tables.flatMap(({ offset: [first] }) => first ?? []);
  return [...new Set(firsts)];
}

function good(tables: readonly FragmentTable[], end: number) {
  const all = new Set(tables.flatMap(({ offset }) => [...offset]));
  const bounds = Float64Array.from([...all, end]).sort();
  const ends = new Map([...bounds].map((at, i) => [at, bounds[i + 1] ?? end]));
  const sizesOf = ({ offset }: FragmentTable) =>
    Float64Array.from(offset, (at) => (ends.get(at) ?? at) - at);
  return {
    index: "good" as const,
    tables: new Map(tables.map(({ trackId, time }) => [trackId, time])),
    sizes: new Map(tables.map((table) => [table.trackId, sizesOf(table)])),
  };
}

/** A day of two-second fragments in six tracks. */
const MOST_FRAGMENTS = 300_000;

/** Walks over the headers of all boxes, to the end or to the one that the end cuts off. */
async function walk(
  file: FileHandle,
  size: number,
): Promise<Pick<FoundIndex, "moofs" | "moov" | "cutOffAt">> {
  const moofs: number[] = [];
  let moov: BoxSpan | undefined;
  let cutOffAt: number | undefined;
  for await (const span of scanBoxes(file, size)) {
    const { start, type } = span;
    if (start + span.size > size) cutOffAt = start;
    else if (type === "moov") moov ??= span;
    else if (type === "moof" && moofs.length < MOST_FRAGMENTS)
      moofs.push(start);
  }
  return {
    moofs,
    ...(moov && { moov }),
    ...(cutOffAt !== undefined && { cutOffAt }),
  };
}
