import { PackError } from "../errors.js";

/** How loud sound is made. */
export interface LoudnessTarget {
  /** Integrated loudness, in LUFS: ITU-R BS.1770-4. */
  readonly lufs: number;
  /** No true peak is higher than that before the sound is encoded, in dBTP. */
  readonly truePeak: number;
}

/** Targets with a name. EBU R 128 (2020); ATSC A/85:2013, whose LKFS are LUFS. */
const NAMED = {
  ebu: { lufs: -23, truePeak: -1 },
  atsc: { lufs: -24, truePeak: -2 },
} as const satisfies Record<string, LoudnessTarget>;

/** The peak of a target that is only a number: that of EBU R 128, and of AES TD1008 for streams. */
const TRUE_PEAK = -1;

/** Quieter, nothing is heard; louder, there is no room for peaks. In LUFS. */
const LUFS = { least: -40, most: -5 } as const;

/** What is wanted of the sound's loudness: a target by name or in LUFS, or only to know it. */
export type Loudness = keyof typeof NAMED | "measure" | number;

const WORDS = `ebu, atsc, LUFS from ${LUFS.least} to ${LUFS.most} such as -16`;
const EXPECTED = `${WORDS}, measure or off`;
/** For an error about a preset. */
export const LOUDNESS_IN_PRESET = `${WORDS}, or measure`;

/** @returns undefined for a value that is none; `off` is for {@link loudnessSetting} */
export function readLoudness(value: unknown): Loudness | undefined {
  if (value === "ebu" || value === "atsc" || value === "measure") return value;
  const isText = typeof value === "string" && /^-\d+(\.\d+)?$/.test(value);
  const lufs = isText ? Number(value) : value;
  const isRight =
    typeof lufs === "number" && lufs >= LUFS.least && lufs <= LUFS.most;
  return isRight ? lufs : undefined;
}

/**
 * The sound of a preset with the user's loudness.
 *
 * @param value undefined: the preset's; `off`: none
 * @throws PackError `usage`
 */
export function loudnessSetting<A extends { readonly loudness?: Loudness }>(
  { loudness: ofPreset, ...audio }: A,
  value: number | string | undefined,
): Omit<A, "loudness"> & { readonly loudness?: Loudness } {
  if (value === "off") return audio;
  const loudness = value === undefined ? ofPreset : readLoudness(value);
  if (loudness !== undefined) return { ...audio, loudness };
  if (value === undefined) return audio;
  throw wrongLoudness(value, `${EXPECTED}${guessFor(value)}`);
}

/** Loudness is negative, which people leave out. */
function guessFor(value: number | string): string {
  const guess = readLoudness(0 - Number(value));
  return guess === undefined ? "" : ` (do you mean ${guess}?)`;
}

/** The loudness of a rung's sound. */
export interface RungLoudness {
  /** What it is brought to; left out when it is only measured. */
  readonly target?: LoudnessTarget;
  /** Left out before it is measured, and for `silent`. */
  readonly measured?: MeasuredLoudness;
  /**
   * `linear`: all of it is made louder or quieter by `gain`. `dynamic`: its peaks have no room for that, so ffmpeg's
   * `loudnorm` changes how loud its parts are. `silent`: nothing is there to measure. Left out before it is known.
   */
  readonly way?: "linear" | "dynamic" | "silent";
  /** In dB, for `linear`. */
  readonly gain?: number;
  /** ffmpeg filters behind those of the rung, and behind the join of its streams. */
  readonly filters: readonly string[];
}

/** Measured by ffmpeg's `ebur128` over the whole sound of a rung, as the encoder would get it. */
export interface MeasuredLoudness {
  /** Integrated loudness, in LUFS. */
  readonly lufs: number;
  /** The highest peak between samples, in dBTP. */
  readonly truePeak: number;
  /** Loudness range, in LU: EBU Tech 3342. */
  readonly range: number;
  /** Below this nothing was counted, in LUFS. */
  readonly threshold: number;
}

/** @returns undefined when it is only measured */
export function targetOf(loudness: Loudness): LoudnessTarget | undefined {
  if (loudness === "measure") return undefined;
  return typeof loudness === "number"
    ? { lufs: loudness, truePeak: TRUE_PEAK }
    : NAMED[loudness];
}

/** @returns the error for a wrong value */
export function wrongLoudness(
  found: number | string,
  expected: string,
): PackError {
  return new PackError(
    "usage",
    `--loudness is "${found}". Expected ${expected}.`,
    { facts: { option: "--loudness", found, expected } },
  );
}
