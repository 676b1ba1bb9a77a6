import { PackError, throwIfAborted } from "../errors.js";
import { rescaleExact, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { readPackage } from "../smooth/read-package.js";
import type { ClearPackage } from "./clear-package.js";
import { clockOf, inputZeroOf } from "./mux-clock.js";
import { planMux, type NamedTrack } from "./mux-plan.js";
import { packagedCues, type StreamCues } from "./package-captions.js";
import { openPackages, type PackageText } from "./package-inputs.js";

/** A package as it is converted: nothing of its media is read yet. */
export interface ConvertFilm {
  /** Base name of what is made of it. */
  readonly name: string;
  /** Pictures first, the largest bitrate first; none where only captions are wanted. */
  readonly tracks: readonly NamedTrack[];
  readonly captions: readonly StreamCues[];
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
  { ism }: ClearPackage,
  name: string,
  options: {
    readonly salvage?: boolean | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<ConvertFilm> {
  const { salvage, signal } = options;
  const { inputs, text, sources, notes } = await openPackages([{ path: ism }]);
  const clock = await clockOf(inputs, { allowHevc: true, salvage, signal });
  const plan = await planMux(clock, name, FRAGMENT_SECONDS);
  const read = await captionsOf(text, inputZeroOf(clock), signal);
  return {
    ...{ name, sources, tracks: plan.tracks, bytes: plan.bytes },
    ...{ captions: read.captions, end: clock.end },
    notes: [...notes, ...plan.notes, ...read.notes],
  };
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
    ...{ name, sources, tracks: [], bytes: 0, end: duration },
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
