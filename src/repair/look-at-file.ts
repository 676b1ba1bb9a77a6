import type { FileHandle } from "node:fs/promises";
import { posix } from "node:path";
import { faultOf, PackError } from "../errors.js";
import { trackDefaults } from "../isobmff/fragment-runs.js";
import { indexedTracks, systemsOf } from "../isobmff/media-index.js";
import { moovBeforeFragments, parseMoov } from "../isobmff/movie.js";
import {
  childBox,
  childBoxes,
  encryptionOf,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import type { PackageFiles } from "../smooth/package-files.js";
import type { ServerTrack } from "../smooth/server-manifest.js";
import { headsAt, type HeadSource, type Heads } from "./look-at-heads.js";
import { lookAtIndex, type FoundIndex } from "./look-at-index.js";
import { lookForDoubles, type SeenDoubles } from "./look-for-doubles.js";
import type { SeenFile, SeenTrack } from "./seen.js";

/** A file of a package that is looked at. */
export interface FileToSee {
  readonly name: string;
  /** Those of the .ism that are in it. */
  readonly tracks: readonly ServerTrack[];
  readonly files: PackageFiles;
  /** Read each fragment, and not only the first of each track. */
  readonly isWhole: boolean;
  /** How many fragments the client manifest announces of a track; 0 when it does not. */
  readonly announced: (track: ServerTrack) => number;
}

/** Looks at one file of a package, or at a folder of fragments. Damage is a fact, and no error. */
export async function lookAtFile(see: FileToSee): Promise<SeenFile> {
  const { name, files } = see;
  try {
    const kind = await files.kindOf(name);
    if (kind === "nothing") return without(name, "lost", "is not there");
    if (kind === "folder") return await lookAtFolder(see);
    return await files.read(name, (file, size) => lookAtMedia(see, file, size));
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    return without(name, "unreadable", faultOf(error, name));
  }
}

function without(
  name: string,
  kind: "lost" | "unreadable",
  why: string,
): SeenFile {
  return { name, kind, why, index: "good", trackCount: 0, tracks: [] };
}

async function lookAtMedia(
  see: FileToSee,
  file: FileHandle,
  size: number,
): Promise<SeenFile> {
  const { name, tracks, isWhole } = see;
  const trackIds = tracks.map(({ trackId }) => trackId);
  const found = await lookAtIndex(file, size, { trackIds, isWhole });
  const moov = found.moov
    ? await parseMoov(file, found.moov, size, name)
    : await moovBeforeFragments(file, size, name);
  if (moov === undefined)
    throw new PackError("input", `${name}: no moov box found.`);
  const isPlain = found.moofs.length === 0;
  if (isPlain && childBox(moov, "mvex"))
    throw new PackError("input", `${name}: has no fragments.`);
  const source = { file, size, name, defaults: trackDefaults(moov) };
  const heads = await headsAt(source, isPlain ? [] : found.moofs);
  const { cutOffAt, indexFault } = found;
  return {
    name,
    kind: isPlain ? "plain" : "fragments",
    index: isPlain ? "good" : found.index,
    ...(indexFault !== undefined && { indexFault }),
    ...(cutOffAt !== undefined && { cutOffAt }),
    trackCount: childBoxes(moov, "trak").length,
    systems: systemsOf(moov),
    tracks: await seenTracks(see, moov, heads, found, source),
  };
}

async function seenTracks(
  { tracks, isWhole, announced }: FileToSee,
  moov: ParsedBox,
  heads: Heads,
  found: FoundIndex,
  source: HeadSource,
): Promise<SeenTrack[]> {
  const seen: SeenTrack[] = [];
  for (const track of tracks) {
    const own = seenTrack(track, moov, heads, found);
    const { trackId } = track;
    const all = {
      ...own,
      trackId,
      rows: found.rows,
      announced: announced(track),
    };
    seen.push(isWhole ? once(own, await lookForDoubles(source, all)) : own);
  }
  return seen;
}

/** The track without fragments that are there twice. */
function once(track: SeenTrack, found: SeenDoubles): SeenTrack {
  const dropped = new Set(found.doubled.map(({ number }) => number));
  const isKept = (_: unknown, i: number) => !dropped.has(i + 1);
  const { heads, times } = track;
  return {
    ...{ ...track, ...found, heads: heads.filter(isKept) },
    times: times.length === heads.length ? times.filter(isKept) : times,
  };
}

function seenTrack(
  track: ServerTrack,
  moov: ParsedBox,
  all: Heads,
  { tables, sizes }: Pick<FoundIndex, "tables" | "sizes">,
): SeenTrack {
  const { trackId } = track;
  const described = indexedTracks(moov).get(trackId);
  const [sampleEntry] = described?.sampleEntries ?? [];
  const heads = all.get(trackId) ?? [];
  const told = heads.flatMap((head) => head.told ?? []);
  return {
    track,
    timescale: described?.timescale,
    language: described?.language,
    sampleEntry,
    encryption: sampleEntry && encryptionOf(sampleEntry),
    times: tables.get(trackId) ?? BigInt64Array.from(told),
    sizes: sizes.get(trackId),
    heads,
    doubled: [],
  };
}

/** Azure's name for the file with ftyp and moov. */
const HEADER = "header";

/** A live archive of Azure has a file for each fragment, whose name is its time. */
async function lookAtFolder({
  name,
  tracks,
  files,
  isWhole,
}: FileToSee): Promise<SeenFile> {
  const names = await files.list(name);
  const header = names.find((one) => one.toLowerCase() === HEADER);
  if (header === undefined)
    throw new PackError("input", `${name}: has no file named header.`);
  const moov = await files.read(posix.join(name, header), (file, size) =>
    moovBeforeFragments(file, size, name),
  );
  if (moov === undefined)
    throw new PackError("input", `${name}: no moov box found in its header.`);
  const times = names
    .filter((one) => /^\d{1,20}$/.test(one))
    .map((one) => ({ one, time: BigInt.asIntN(64, BigInt(one)) }))
    .sort((a, b) => (a.time < b.time ? -1 : 1));
  const heads = new Map<number, SeenTrack["heads"][number][]>();
  for (const { one } of isWhole ? times : times.slice(0, 1)) {
    const path = posix.join(name, one);
    const found = await files.read(path, async (file, size) => {
      const { moofs } = await lookAtIndex(file, size, {
        trackIds: [],
        isWhole: true,
      });
      const source = { file, size, name, defaults: trackDefaults(moov) };
      return headsAt(source, moofs.slice(0, 1));
    });
    for (const [id, own] of found)
      heads.set(id, [...(heads.get(id) ?? []), ...own]);
  }
  const time = BigInt64Array.from(times, (each) => each.time);
  const tables = new Map(tracks.map(({ trackId }) => [trackId, time]));
  const found = { tables, sizes: new Map<number, Float64Array>() };
  return {
    ...{ name, kind: "folder", index: "good" },
    trackCount: childBoxes(moov, "trak").length,
    systems: systemsOf(moov),
    tracks: tracks.map((track) => seenTrack(track, moov, heads, found)),
  };
}
