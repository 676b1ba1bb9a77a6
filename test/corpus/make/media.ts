import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ffmpeg } from "../../support/clip.js";
import type { Maker } from "../row.js";

/** A file of a generated picture, a generated sound, or both. */
export interface Media {
  /** lavfi source. */
  readonly video?: string;
  /** lavfi source. */
  readonly audio?: string;
  readonly seconds?: number;
  /** Where one of the two is to end earlier. */
  readonly videoSeconds?: number;
  readonly audioSeconds?: number;
  /** How much later than the file one of the two begins. */
  readonly videoDelay?: number;
  readonly audioDelay?: number;
  /** More output options; they come last and win. */
  readonly options?: readonly string[];
}

export function media(wanted: Media): Maker {
  const { video, audio, seconds = 3, options = [] } = wanted;
  const { videoSeconds = seconds, audioSeconds = seconds } = wanted;
  const { videoDelay, audioDelay } = wanted;
  const isLate = video !== undefined && videoDelay !== undefined;
  return written(
    ...lavfi(
      isLate ? `${video},${FINE_CLOCK}` : video,
      videoSeconds,
      videoDelay,
    ),
    ...lavfi(audio, audioSeconds, audioDelay),
    ...(isLate ? ON_ANY_TIME : []),
    ...(video === undefined ? [] : QUICK_H264),
    ...["-c:a", "aac", "-map_metadata", "-1", "-fflags", "+bitexact"],
    ...options,
  );
}

const QUICK_H264 = [
  ...["-c:v", "libx264", "-preset", "ultrafast", "-qp", "16"],
  ...["-pix_fmt", "yuv420p"],
];

/** Else ffmpeg would round the delay to whole frames, and repeat the first one from 0 on. */
const ON_ANY_TIME = ["-vsync", "0", "-enc_time_base:v", "1/90000"];
const FINE_CLOCK = "settb=1/90000";

function lavfi(
  source: string | undefined,
  seconds: number,
  delay = 0,
): readonly string[] {
  if (source === undefined) return [];
  const offset = delay === 0 ? [] : ["-itsoffset", String(delay)];
  return [...offset, "-t", String(seconds), "-f", "lavfi", "-i", source];
}

/** What ffmpeg writes for these arguments; inputs first, the path is added. */
export function written(...args: readonly string[]): Maker {
  return (path) =>
    ffmpeg(["-v", "error", "-y", "-nostdin", ...args, path], path);
}

/** A file made of another, which is gone afterwards: `-i` of it comes first, or after `-ss` and the like. */
export function remade(
  first: Maker,
  options: readonly string[],
  settings: { readonly as?: string; readonly before?: readonly string[] } = {},
): Maker {
  const { as = ".mkv", before = [] } = settings;
  return async (path) => {
    const source = `${path}.source${as}`;
    await first(source);
    await written(...before, "-i", source, ...options)(path);
    rmSync(source);
  };
}

/** Files behind one another as one, as a recorder that is switched on twice writes them. */
export function joined(extension: string, ...parts: readonly Maker[]): Maker {
  return async (path) => {
    writeFileSync(path, "");
    for (const [i, make] of parts.entries()) {
      const part = `${path}.${i}${extension}`;
      await make(part);
      appendFileSync(path, readFileSync(part));
      rmSync(part);
    }
  };
}

/** A file beside the input for as long as the input is made of it. */
export function withHelper(
  extension: string,
  content: string | Uint8Array,
  make: (helper: string) => Maker,
): Maker {
  return async (path) => {
    const helper = `${path}.helper${extension}`;
    writeFileSync(helper, content);
    await make(helper)(path);
    rmSync(helper);
  };
}

/** A file whose bytes are changed once it is made. */
export function changed(first: Maker, change: (path: string) => void): Maker {
  return async (path) => {
    await first(path);
    change(path);
  };
}
