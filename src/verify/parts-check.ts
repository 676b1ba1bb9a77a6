import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, messageOf } from "../errors.js";
import { viewOf } from "../isobmff/bytes.js";
import { openFile, readAt, scanBoxes } from "../isobmff/scan.js";
import { isPlainName } from "../smooth/server-manifest.js";
import { otherManifest } from "../smooth/sidecars.js";
import type { FindingPlace, Findings } from "./finding.js";
import {
  partsOfMpd,
  partsOfPlaylist,
  playlistsIn,
  type PartRange,
  type PartList,
  type ReadParts,
} from "./part-lists.js";

const RULE = "parts";

/** The folders of a package, and what was found in its files. */
export interface PartsContext {
  readonly folderOf: (file: string) => string;
  readonly findings: Findings;
}

/**
 * Checks manifests of DASH and HLS whose segments are parts of files: every part is one whole
 * fragment, of all that the file has, and begins at its time.
 *
 * @param files names of the manifests, of each kind one
 */
export async function checkParts(
  files: readonly string[],
  context: PartsContext,
): Promise<void> {
  const media = new MediaFiles(context);
  for (const file of files) {
    const content = await media.text(file, context.findings.in(file));
    if (content === undefined) continue;
    if (otherManifest(file) === "dash") await checkMpd(file, content, media);
    else await checkPlaylists(file, content, media);
  }
}

async function checkMpd(
  file: string,
  content: Buffer,
  media: MediaFiles,
): Promise<void> {
  const place = media.context.findings.in(file);
  const read = readMpd(content, place);
  if (read === undefined) return;
  if (read.lists.length === 0) place.fault(RULE, "has no list of segments");
  await checkRead(read, media, place);
}

function readMpd(content: Buffer, place: FindingPlace): ReadParts | undefined {
  try {
    return partsOfMpd(content);
  } catch (error) {
    place.fault("file", messageOf(error));
    return undefined;
  }
}

async function checkPlaylists(
  file: string,
  content: Buffer,
  media: MediaFiles,
): Promise<void> {
  const { findings } = media.context;
  const names = playlistsIn(content.toString("utf8"));
  if (names.length === 0) findings.in(file).fault(RULE, "has no playlist");
  for (const name of names) {
    const text = await media.text(name, findings.in(file));
    if (text === undefined) continue;
    const read = partsOfPlaylist(text.toString("utf8"));
    await checkRead(read, media, findings.in(name));
  }
}

async function checkRead(
  { lists, whole }: ReadParts,
  media: MediaFiles,
  place: FindingPlace,
): Promise<void> {
  for (const list of lists) {
    const fragments = await media.fragments(list.media, place);
    if (fragments !== undefined) checkList(list, fragments, place);
  }
  for (const file of whole) {
    const text = await media.text(file, place);
    if (text !== undefined && !/^WEBVTT\s/.test(text.toString("utf8", 0, 7)))
      place.fault(RULE, `${file} does not begin with WEBVTT`);
  }
}

function checkList(
  { media, init, parts, times }: PartList,
  { header, fragments }: FoundFragments,
  place: FindingPlace,
): void {
  const what = (name: string) => `${name} of ${media}`;
  place.expect(RULE, what("header"), span(init), span(header));
  const count = fragments.length;
  place.expect(RULE, what("number of parts"), parts.length, count);
  place.expect(RULE, what("number of times"), times.length, count);
  for (const [i, found] of fragments.entries()) {
    const [part, time] = [parts[i], times[i]];
    if (part === undefined || time === undefined) return;
    place.expect(RULE, what(`part ${i + 1}`), span(part), span(found));
    const isNear = Math.abs(time - found.seconds) <= NEAR_SECONDS;
    if (!isNear)
      place.wrong(RULE, what(`begin of part ${i + 1}`), time, found.seconds);
  }
}

/** Playlists have six digits: over a long film they add up to this. */
const NEAR_SECONDS = 0.02;

function span(range: PartRange | undefined): string {
  return range === undefined ? "" : `${range.begin}-${range.end - 1}`;
}

interface FoundFragments {
  readonly header: PartRange;
  readonly fragments: readonly (PartRange & { readonly seconds: number })[];
}

/** A larger manifest is not read: an hour of six qualities takes less than 1 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Files beside the manifests; the fragments of each are looked for once. */
class MediaFiles {
  readonly #found = new Map<string, FoundFragments | undefined>();

  constructor(readonly context: PartsContext) {}

  async text(name: string, place: FindingPlace): Promise<Buffer | undefined> {
    return this.#open(name, place, async (file, size) => {
      if (size <= MOST_BYTES) return Buffer.from(await readAt(file, 0, size));
      place.fault("file", `${name} is larger than ${MOST_BYTES} bytes`);
      return undefined;
    });
  }

  async fragments(
    name: string,
    place: FindingPlace,
  ): Promise<FoundFragments | undefined> {
    if (!this.#found.has(name))
      this.#found.set(name, await this.#open(name, place, findFragments));
    return this.#found.get(name);
  }

  async #open<T>(
    name: string,
    place: FindingPlace,
    read: (file: FileHandle, size: number) => Promise<T>,
  ): Promise<T | undefined> {
    if (!isPlainName(name)) {
      place.fault(
        RULE,
        `names ${JSON.stringify(name)}, which is not beside it`,
      );
      return undefined;
    }
    try {
      const path = join(this.context.folderOf(name), name);
      const file = await openFile(path);
      try {
        return await read(file, (await file.stat()).size);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (errnoOf(error) === undefined && !(error instanceof Error))
        throw error;
      place.fault("file", `${name} cannot be read (${messageOf(error)})`);
      return undefined;
    }
  }
}

/** Each moof with the boxes behind it, up to the end of its mdat. */
async function findFragments(
  file: FileHandle,
  size: number,
): Promise<FoundFragments> {
  const fragments: (PartRange & { seconds: number })[] = [];
  let timescale = 1;
  let begin = -1;
  let headerEnd = size;
  for await (const { type, start, size: length } of scanBoxes(file, size)) {
    if (type === "moov") {
      const moov = await readAt(file, start, Math.min(length, MOST_BYTES));
      timescale = timescaleIn(moov);
    }
    if (type === "moof") {
      begin = start;
      headerEnd = Math.min(headerEnd, start);
    }
    if (type !== "mdat" || begin < 0) continue;
    const moof = await readAt(
      file,
      begin,
      Math.min(start - begin, TFDT_WITHIN),
    );
    const seconds = Number(tfdtIn(moof)) / timescale;
    fragments.push({ begin, end: start + length, seconds });
    begin = -1;
  }
  return { header: { begin: 0, end: headerEnd }, fragments };
}

/** It follows the mfhd and the tfhd. */
const TFDT_WITHIN = 256;

/** NaN where there is none. ISO/IEC 14496-12 8.8.12 */
function tfdtIn(moof: Uint8Array): bigint | number {
  const at = Buffer.from(moof).indexOf("tfdt") + 4;
  if (at < 4 || at + 12 > moof.length) return NaN;
  const view = viewOf(moof);
  return view.getUint8(at) === 1
    ? view.getBigUint64(at + 4)
    : view.getUint32(at + 4);
}

/** Of the only track. ISO/IEC 14496-12 8.4.2 */
function timescaleIn(moov: Uint8Array): number {
  const at = Buffer.from(moov).indexOf("mdhd") + 4;
  const place = at + (moov[at] === 1 ? 20 : 12);
  return at < 4 || place + 4 > moov.length
    ? NaN
    : viewOf(moov).getUint32(place);
}
