import type { PlayerEngine } from "../engine/engine.js";
import type { RequestedFragment } from "../engine/rung.js";
import type {
  PackageDetail,
  PackageStream,
  StreamLevel,
} from "../shared/api.js";
import {
  bitRate,
  byteSize,
  clockText,
  languageName,
  rungNameAmong,
  TICKS_PER_SECOND,
  lastAtOrBefore,
} from "../shared/format.js";

/** `used` plays there; `replaced` was loaded, and then loaded again from another rung. */
export type FragmentState = "used" | "replaced" | "not";

/** A quality of a stream and all its fragments: one row of the timeline. */
export interface FragmentRow {
  /** With its bitrate if another row has the same name. */
  readonly name: string;
  readonly stream: PackageStream;
  readonly level: StreamLevel;
  /** Bytes of its largest fragment. */
  readonly largest: number;
}

/** The rungs of the picture, highest first, and below them the sound. */
export function fragmentRows({ streams }: PackageDetail): FragmentRow[] {
  const of = (type: PackageStream["type"]) =>
    streams.filter((stream) => stream.type === type);
  return [...of("video"), ...of("audio")].flatMap((stream) =>
    [...stream.levels]
      .sort((a, b) => b.bitrate - a.bitrate)
      .map((level) => ({
        ...{ stream, level, name: nameOf(stream, level, streams) },
        largest: level.sizes.reduce((a, b) => Math.max(a, b), 1),
      })),
  );
}

function nameOf(
  stream: PackageStream,
  level: StreamLevel,
  streams: readonly PackageStream[],
): string {
  const { type, language, levels } = stream;
  if (type === "video")
    return rungNameAmong(levels.map(withSize), withSize(level));
  const name =
    language === "und" || language === "" ? "Sound" : languageName(language);
  const alike = streams
    .filter((one) => one.type === type && one.language === language)
    .flatMap((one) => one.levels);
  return alike.length < 2 ? name : `${name} ${bitRate(level.bitrate)}`;
}

function withSize({ bitrate, width = 0, height = 0 }: StreamLevel) {
  return { bitrate, width, height };
}

/** The downloads of each fragment, and the last rung of each. */
export class Downloads {
  /** By stream and start of the fragment: the loaded bitrates, the last one last. */
  readonly #bitrates = new Map<string, Map<number, number[]>>();

  constructor(engine: PlayerEngine) {
    engine.fragmentLoaded.on((fragment) => this.#note(fragment));
  }

  stateOf({ stream, level }: FragmentRow, index: number): FragmentState {
    const loaded = this.#bitrates
      .get(stream.name)
      ?.get(stream.times[index] ?? -1);
    if (loaded?.includes(level.bitrate) !== true) return "not";
    return loaded.at(-1) === level.bitrate ? "used" : "replaced";
  }

  /** The bitrate of the last download for this time; undefined without a download. */
  bitrateAt({ name, times }: PackageStream, seconds: number) {
    const at = lastAtOrBefore(times, seconds * TICKS_PER_SECOND);
    return this.#bitrates
      .get(name)
      ?.get(times[at] ?? -1)
      ?.at(-1);
  }

  #note({ stream, time, bitrate }: RequestedFragment): void {
    const ofStream = this.#bitrates.get(stream) ?? new Map<number, number[]>();
    this.#bitrates.set(stream, ofStream);
    ofStream.set(time, [...(ofStream.get(time) ?? []), bitrate]);
  }
}

const STATES = {
  used: "downloaded, in use",
  replaced: "downloaded, then replaced",
  not: "not downloaded",
} as const;

/** All known facts of a fragment, as a sentence. */
export function fragmentText(
  row: FragmentRow,
  index: number,
  state: FragmentState,
): string {
  const { stream, level, name } = row;
  const start = (stream.times[index] ?? 0) / TICKS_PER_SECOND;
  const seconds = (stream.durations[index] ?? 0) / TICKS_PER_SECOND;
  const bytes = level.sizes[index] ?? 0;
  const place = `fragment ${index + 1} of ${stream.times.length}`;
  return `${name}, ${place}, ${clockText(start)} to ${clockText(start + seconds)}: ${byteSize(bytes)}, ${bitRate((bytes * 8) / seconds)}, ${STATES[state]}`;
}
