import type { KeptEncryption } from "../drm/protected-samples.js";
import { PackError, throwIfAborted } from "../errors.js";
import { rescaleExact, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { readPackage } from "../smooth/read-package.js";
import type { SourceTrack } from "../tracks/read-track.js";
import type { KeptTracks } from "./kept-protection.js";
import { clockOf, inputZeroOf } from "./mux-clock.js";
import { planMux, type NamedTrack } from "./mux-plan.js";
import { packagedCues, type StreamCues } from "./package-captions.js";
import { openPackages, type PackageText } from "./package-inputs.js";

/** A track of a film. */
export interface FilmTrack extends NamedTrack {
  /** How its samples are encrypted, where they stay so. */
  readonly kept?: KeptEncryption | undefined;
}

/** A package as it is converted: nothing of its media is read yet. */
export interface ConvertFilm {
  /** Base name of what is made of it. */
  readonly name: string;
  /** Pictures first, the largest bitrate first; none where only captions are wanted. */
  readonly tracks: readonly FilmTrack[];
  readonly captions: readonly StreamCues[];
  /** When fragments begin, in 10 MHz ticks. */
  readonly cutTimes: readonly Ticks[];
  /** When it ends: it begins at 0. */
  readonly end: Ticks;
  /** Of all samples. */
  readonly bytes: number;
  readonly notes: readonly string[];
  /** Absolute paths of its files. */
  readonly sources: readonly string[];
}

/** Fragments of a new set are about so long: key frames decide. */
const FRAGMENT_SECONDS = 2;

/**
 * The tables of a package on one clock, with its captions.
 *
 * @throws PackError as mux does of a package
 */
export async function readFilm(
  ism: string,
  name: string,
  options: {
    readonly salvage?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Encrypted samples stay as they are. Default: they are refused. */
    readonly encrypted?: boolean | undefined;
  },
): Promise<ConvertFilm> {
  const { signal, encrypted } = options;
  const { inputs, text, sources, notes } = await openPackages([{ path: ism }]);
  const clock = await clockOf(inputs, { ...options, allowHevc: true });
  const kept = encrypted ? await keptOf(ism, clock.tracks, signal) : undefined;
  const plan = await planMux(clock, name, FRAGMENT_SECONDS);
  const read = await captionsOf(text, inputZeroOf(clock), signal);
  return {
    ...{ name, sources, bytes: plan.bytes, cutTimes: plan.cutTimes },
    tracks: plan.tracks.map((track) => ({
      ...track,
      kept: kept?.get(track.source),
    })),
    ...{ captions: read.captions, end: clock.end },
    notes: [...notes, ...plan.notes, ...read.notes],
  };
}

/** The code for encrypted samples is loaded only when it is needed. */
async function keptOf(
  ism: string,
  tracks: readonly SourceTrack[],
  signal: AbortSignal | undefined,
): Promise<KeptTracks> {
  const { readKept } = await import("./kept-protection.js");
  const { protection } = await readPackage(ism);
  return readKept(tracks, protection, signal);
}

/**
 * The captions of a package alone. Its media may be protected, or of any codec.
 *
 * @throws PackError `input` when it cannot be read, `unsupported` when it has no captions
 */
export async function readCaptionFilm(
  ism: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<ConvertFilm> {
  const { text, sources, notes } = await openPackages([{ path: ism }]);
  const { streams, duration } = await readPackage(ism);
  const media = streams.filter(({ kind }) => kind !== "text");
  const begins = media.flatMap(({ times: [first], timescale }) =>
    first === undefined
      ? []
      : [Number(rescaleExact(first, timescale, SMOOTH_TIMESCALE))],
  );
  const zero = begins.length === 0 ? 0 : Math.min(...begins);
  const read = await captionsOf(text, zero, signal);
  if (read.captions.length === 0)
    throw new PackError(
      "unsupported",
      [`${ism}: has no captions that can be read.`, ...read.notes].join(" "),
    );
  return {
    ...{ name, sources, tracks: [], cutTimes: [], bytes: 0, end: duration },
    ...{ captions: read.captions, notes: [...notes, ...read.notes] },
  };
}

async function captionsOf(
  streams: readonly PackageText[],
  zero: Ticks,
  signal: AbortSignal | undefined,
) {
  throwIfAborted(signal);
  return packagedCues(streams, zero, signal);
}
