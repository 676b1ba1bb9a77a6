import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { PackError, messageOf } from "../errors.js";
import { isPackagePath, isUrl, stillDemuxer } from "../ffmpeg/input-options.js";
import { openForReading } from "../isobmff/media-source.js";
import { parseMoov } from "../isobmff/movie.js";
import {
  boxAt,
  childBoxes,
  type ParsedBox,
  encryptionOf,
} from "../isobmff/parsed-box.js";
import { readAt, scanBoxes } from "../isobmff/scan.js";
import { addressText, isStoreAddress, parseAddress } from "../store/address.js";
import { openStore, type Store } from "../store/store.js";
import { requireObject } from "../store/objects.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import type { ProbedFile } from "./ask-ffprobe.js";
import {
  indexesOf,
  type SourceInfo,
  type SourceStream,
} from "./source-info.js";

/** The user's file before its content is read. */
export interface SourceFile extends ProbedFile {
  /** 0 for what is not on a disk. */
  readonly sizeBytes: number;
}

/**
 * Finds the user's file.
 *
 * @param allowNetwork http and https addresses are read too
 * @param store of s3:// addresses
 * @throws PackError `input` when it is no file or empty, `usage` for an address without `allowNetwork`
 */
export async function openSource(
  input: string,
  allowNetwork: boolean,
  store: Store | undefined,
): Promise<SourceFile> {
  if (isStoreAddress(input)) return storedSource(input, store ?? openStore());
  if (isUrl(input)) return urlSource(input, allowNetwork);
  const path = resolve(input);
  // A program learns its size when it reads it.
  if (isPackagePath(input))
    return { path, input, sizeBytes: 0, demuxer: "mov" };
  try {
    const { isFile, isFolder, sizeBytes } = await lookAt(path);
    if (isFolder) throw folderError(input);
    if (!isFile) throw new PackError("input", `${input}: is not a file.`);
    if (sizeBytes === 0)
      throw new PackError("input", `${input}: is empty (0 bytes).`);
    const demuxer = stillDemuxer(await readHead(path));
    return { path, input, sizeBytes, demuxer };
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw new PackError(
      "input",
      `${input}: cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  }
}

/** Its owner named it with the credentials at hand, so no --allow-network is asked for. */
async function storedSource(input: string, store: Store): Promise<SourceFile> {
  const address = parseAddress(input);
  if (/^$|\/$/.test(address.key))
    throw new PackError("usage", `${input}: names no object.`, {
      hint: "Expected one film, such as s3://BUCKET/films/film.mp4. Several of them: --from-list.",
      facts: { found: input },
    });
  const { sizeBytes } = await requireObject(store, address);
  if (sizeBytes === 0)
    throw new PackError("input", `${input}: is empty (0 bytes).`);
  return {
    path: addressText(address),
    input,
    sizeBytes: 0,
    demuxer: undefined,
  };
}

function urlSource(input: string, allowNetwork: boolean): SourceFile {
  if (!allowNetwork) {
    throw new PackError(
      "usage",
      `${input}: is an address. Expected a file, or --allow-network.`,
    );
  }
  return { path: input, input, sizeBytes: 0, demuxer: undefined };
}

async function lookAt(path: string) {
  const stats = await stat(path);
  return {
    isFile: stats.isFile(),
    isFolder: stats.isDirectory(),
    sizeBytes: stats.size,
  };
}

function folderError(input: string): PackError {
  const folder = input.replace(/[\\/]+$/, "");
  return new PackError("input", `${input}: is not a file but a folder.`, {
    hint: `For the films in it: mss-pack '${folder}/*' -o out/, or mss-pack watch ${folder} -o out/.`,
  });
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    return await readAt(file, 0, 16);
  } finally {
    await file.close();
  }
}

/** Facts in the boxes of a track that ffprobe, or an old ffprobe, does not print. */
export interface SourceBoxes {
  /** How it is encrypted; undefined when it is not. */
  readonly encryption: string | undefined;
}

/** The tracks of an MP4 or MOV, numbered as ffprobe numbers streams; empty where the file cannot be read. */
export async function readSourceBoxes(
  { path, sizeBytes }: SourceFile,
  container: string,
): Promise<SourceBoxes[]> {
  if (!container.split(",").includes("mp4") || sizeBytes === 0) return [];
  const moov = await moovOf(path, sizeBytes).catch(() => undefined);
  return moov === undefined ? [] : childBoxes(moov, "trak").map(describe);
}

async function moovOf(path: string, size: number) {
  const file = await openForReading(path);
  try {
    for await (const span of scanBoxes(file, size))
      if (span.type === "moov") return await parseMoov(file, span, size, path);
    return undefined;
  } finally {
    await file.close();
  }
}

function describe(trak: ParsedBox): SourceBoxes {
  const stsd = boxAt(trak, ["mdia", "minf", "stbl", "stsd"]);
  const [encryption] = (stsd?.children ?? []).flatMap(
    (entry) => encryptionOf(entry) ?? [],
  );
  return { encryption };
}

/**
 * The track behind ffprobe's chosen stream. Both go through the file in the same order,
 * but ffprobe also counts streams that are no track, and old ones print no IDs.
 *
 * @throws PackError `input` when the two counts differ
 */
export function trackOfStream(
  movie: readonly MovieTrack[],
  source: SourceInfo,
  { kind, index: chosen }: SourceStream,
): MovieTrack {
  const tracks = movie.filter((track) => track.kind === kind);
  const own = source.streams
    .filter((stream) => stream.kind === kind)
    .flatMap((stream) => indexesOf(stream));
  const others = source.ignored.filter(
    ({ type, reason }) => type === kind && reason !== COVER_ART,
  );
  const all = [...own, ...others.map(({ index }) => index)];
  const streams = [...new Set(all)];
  const position = streams.sort((a, b) => a - b).indexOf(chosen);
  const track = tracks[position];
  if (track !== undefined && tracks.length === streams.length) return track;
  throw new PackError(
    "input",
    `the file has ${tracks.length} ${kind} tracks, ffprobe sees ${streams.length}. Expected the same number.`,
  );
}

/** The reason that probe gives for it. */
const COVER_ART = "cover art";
