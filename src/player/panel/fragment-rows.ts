import type { Engine } from "../engine/engine.js";
import type { Fragment } from "../engine/rung.js";
import type {
  PackageDetail,
  PackageStream,
  StreamLevel,
} from "../shared/api.js";
import {
  bitRate,
  byteSize,
  clock,
  languageName,
  rungName,
  TICKS_PER_SECOND,
} from "../shared/format.js";

/** `used` is what is played there, `replaced` was loaded and then loaded again from another rung. */
export type FragmentState = "used" | "replaced" | "not";

/** A quality of a stream and all its fragments: one row of the timeline. */
export interface FragmentRow {
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
        ...{ stream, level, name: nameOf(stream, level) },
        largest: level.sizes.reduce((a, b) => Math.max(a, b), 1),
      })),
  );
}

function nameOf({ type, language }: PackageStream, level: StreamLevel): string {
  const { width = 0, height = 0 } = level;
  if (type === "video") return rungName({ width, height });
  return language === "und" || language === ""
    ? "Sound"
    : languageName(language);
}

/** What was downloaded of each fragment, and from which rung last. */
export class Downloads {
  readonly #bitrates = new Map<string, number[]>();

  constructor(engine: Engine) {
    engine.fragmentLoaded.on((fragment) => this.#note(fragment));
  }

  stateOf({ stream, level }: FragmentRow, index: number): FragmentState {
    const loaded = this.#bitrates.get(key(stream.name, stream.times[index]));
    if (loaded?.includes(level.bitrate) !== true) return "not";
    return loaded.at(-1) === level.bitrate ? "used" : "replaced";
  }

  #note({ stream, time, bitrate }: Fragment): void {
    const name = key(stream, time);
    this.#bitrates.set(name, [...(this.#bitrates.get(name) ?? []), bitrate]);
  }
}

function key(stream: string, time: number | undefined): string {
  return `${stream}=${time}`;
}

const STATES = {
  used: "downloaded, in use",
  replaced: "downloaded, then replaced",
  not: "not downloaded",
} as const;

/** All that is known of a fragment, as a sentence. */
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
  return `${name}, ${place}, ${clock(start)} to ${clock(start + seconds)}: ${byteSize(bytes)}, ${bitRate((bytes * 8) / seconds)}, ${STATES[state]}`;
}
