import { basename } from "node:path";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { encodePath } from "../smooth/address.js";
import { fragmentAt } from "../smooth/fragment-at.js";
import { sidecarKind, type SidecarKind } from "../smooth/sidecars.js";
import { fileOfFragment } from "./fragment-file.js";
import { notesOf } from "./package-notes.js";
import type { OpenFiles, OpenFile } from "./open-files.js";
import {
  type PackageOrProblem,
  type LoadedPackage,
  type ServedLevel,
  type ServedStream,
  PackageProblem,
} from "./package.js";
import { limitOf, headOf } from "./send-fragment.js";

/** A package as a row of `/api/packages`; docs/serve.md describes each field. */
export interface PackageSummary {
  readonly path: string;
  readonly title: string;
  readonly manifest: string;
  readonly poster: string;
  /** In 10 MHz ticks. */
  readonly duration: number;
  readonly bytes: number;
  readonly video: readonly VideoSummary[];
  readonly audio: readonly AudioSummary[];
  readonly text: readonly TextSummary[];
  /** Address of its chapters, WebVTT; left out when it has none. */
  readonly chapters?: string;
  /** Address of its thumbnails, WebVTT that names parts of an image; left out when it has none. */
  readonly thumbnails?: string;
  /** Encrypted: it plays only with a key. */
  readonly isProtected: boolean;
  /** The reason why it cannot be served; then the lists are empty. */
  readonly problem: string | null;
  /** What is unusual in it, in sentences. */
  readonly notes: readonly string[];
}

interface VideoSummary {
  readonly bitrate: number;
  readonly width: number | undefined;
  readonly height: number | undefined;
}

interface TextSummary {
  readonly name: string;
  readonly language: string;
}

interface AudioSummary extends TextSummary {
  readonly bitrate: number;
  /** Four characters of its sample entry, such as `mp4a` or `ec-3`; empty when its file has none. */
  readonly codec: string;
}

/** The same with every fragment. */
export interface PackageDetail extends PackageSummary {
  readonly streams: readonly StreamDetail[];
}

interface StreamDetail extends TextSummary {
  readonly type: string;
  /** In 10 MHz ticks. */
  readonly times: readonly number[];
  readonly durations: readonly number[];
  readonly levels: readonly LevelDetail[];
}

interface LevelDetail extends VideoSummary {
  /** Bytes of each fragment. */
  readonly sizes: readonly number[];
}

export function summaryOf(
  path: string,
  loaded: PackageOrProblem,
): PackageSummary {
  const address = encodePath(path);
  const base = {
    path,
    title: path.split("/").at(-1) ?? path,
    manifest: `/${address}.ism/Manifest`,
    poster: `/${address}.ism/poster.jpg`,
  };
  if (loaded instanceof PackageProblem) {
    const nothing = { duration: 0, bytes: 0, video: [], audio: [], text: [] };
    return {
      ...{ ...base, ...nothing },
      ...{ isProtected: false, problem: loaded.message, notes: [] },
    };
  }
  return {
    ...base,
    duration: loaded.duration,
    bytes: loaded.media.reduce((sum, { size }) => sum + size, 0),
    video: levelsOf(loaded, "video").map(videoSummary),
    audio: levelsOf(loaded, "audio").map(
      ({ stream, bitrate, sampleEntry: codec }) => ({
        ...textSummary(stream),
        ...{ bitrate, codec },
      }),
    ),
    text: loaded.streams.filter(({ type }) => type === "text").map(textSummary),
    ...sidecarAddresses(loaded),
    isProtected: loaded.protection !== undefined,
    problem: null,
    notes: notesOf(loaded),
  };
}

/** Beside the package: thumbnails name their image as a file in the same folder. */
function sidecarAddresses({ path, sidecars }: LoadedPackage) {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const address = (wanted: SidecarKind) => {
    const file = sidecars.find((one) => sidecarKind(one.path) === wanted);
    return file && `/${encodePath(folder + basename(file.path))}`;
  };
  const chapters = address("chapters");
  const thumbnails = address("thumbnails");
  return {
    ...(chapters !== undefined && { chapters }),
    ...(thumbnails !== undefined && { thumbnails }),
  };
}

export async function detailOf(
  path: string,
  loaded: PackageOrProblem,
  files: OpenFiles,
): Promise<PackageDetail> {
  const summary = summaryOf(path, loaded);
  if (loaded instanceof PackageProblem) return { ...summary, streams: [] };
  const streams: StreamDetail[] = [];
  for (const stream of loaded.streams)
    streams.push(await streamDetail(stream, files));
  return { ...summary, streams };
}

async function streamDetail(
  stream: ServedStream,
  files: OpenFiles,
): Promise<StreamDetail> {
  const { type, timescale } = stream;
  const ticks = (time: bigint) =>
    rescaleExact(time, timescale, SMOOTH_TIMESCALE);
  const levels: LevelDetail[] = [];
  for (const level of stream.levels)
    levels.push({
      ...videoSummary(level),
      sizes: await readFragmentSizes(level, files),
    });
  const times = [...stream.times].map(ticks);
  const durations = [...stream.times].map((time, i) => {
    const end = ticks(time + BigInt(Math.round(stream.durations[i] || 0)));
    return Number(end - (times[i] ?? 0n));
  });
  return {
    ...{ type, ...textSummary(stream) },
    ...{ times: times.map(Number), durations, levels },
  };
}

function levelsOf(loaded: LoadedPackage, type: string): ServedLevel[] {
  const streams = loaded.streams.filter((stream) => stream.type === type);
  return streams.flatMap(({ levels }) => levels);
}

function videoSummary({ bitrate, width, height }: ServedLevel): VideoSummary {
  return { bitrate, width, height };
}

function textSummary({ name, language }: ServedStream): TextSummary {
  return { name, language };
}

/**
 * Bytes of every fragment that the client manifest announces, in its order; 0 for a missing one.
 *
 * Fragments usually follow one another, and each ends where the next begins. A few are checked for
 * that; if one fails, all sizes are read.
 */
async function readFragmentSizes(
  level: ServedLevel,
  files: OpenFiles,
): Promise<number[]> {
  if (level.fragments.files !== undefined) return fileSizes(level);
  const count = level.fragments.time.length;
  const open = await files.take(level.file);
  try {
    const probes = [0, Math.floor(count / 2), count - 1];
    const isDense = await allDense(level, open, probes);
    const sizes: number[] = [];
    for (const time of level.stream.times) {
      const number = fragmentAt(level.fragments, time);
      sizes.push(await sizeOf(level, open, number, isDense));
    }
    return sizes;
  } finally {
    files.release(open);
  }
}

/** Each fragment is a file. */
async function fileSizes(level: ServedLevel): Promise<number[]> {
  const sizes: number[] = [];
  for (const time of level.stream.times) {
    const number = fragmentAt(level.fragments, time);
    sizes.push((await fileOfFragment(level, number))?.size ?? 0);
  }
  return sizes;
}

async function allDense(
  level: ServedLevel,
  open: OpenFile,
  numbers: readonly number[],
): Promise<boolean> {
  for (const number of numbers) {
    const size = await sizeOf(level, open, number, false);
    if (size !== limitOf({ level, number, duration: undefined })) return false;
  }
  return true;
}

async function sizeOf(
  level: ServedLevel,
  open: OpenFile,
  number: number,
  isDense: boolean,
): Promise<number> {
  if (number < 0) return 0;
  const fragment = { level, number, duration: undefined };
  if (isDense) return limitOf(fragment);
  return (await headOf(fragment, open)).size;
}
