import { codecNamed } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { SMOOTH_TIMESCALE, type Ticks, secondsText } from "../media/time.js";
import {
  at,
  newTable,
  putRows,
  trackEnd,
  type SampleTable,
  type Track,
} from "../media/track.js";

/**
 * Sound that begins late, made to begin at 0: silence is put before it, in whole
 * frames. The last silent frame gets the length that lets the sound begin when it did.
 * A rest of less than half a frame goes to the first frame of the sound.
 *
 * @param track in 10 MHz ticks; its first sample begins late
 */
export function silenceBefore(track: Track, label: string): Track {
  const { samples } = track;
  const begin = at(samples.decodeTime, 0);
  requireLength(begin, label);
  const frame = silentSamples(track, label);
  const count = Math.round(begin / frame.ticks);
  if (count === 0) {
    samples.decodeTime[0] = 0;
    return track;
  }
  const silent = silentTable(count, 0, frame);
  return {
    ...track,
    samples: joined(silent, samples),
    files: [
      { path: "", firstSample: 0, bytes: frame.bytes },
      ...moved(track.files, count),
    ],
  };
}

/** The sound followed by silence, in whole frames, up to less than a frame before `end`. */
export function silenceBehind(track: Track, end: Ticks, label: string): Track {
  const { samples, files } = track;
  const begin = trackEnd(samples);
  requireLength(end - begin, label);
  const frame = silentSamples(track, label);
  const count = Math.floor((end - begin) / frame.ticks);
  if (count <= 0) return track;
  const silent = silentTable(count, begin, frame);
  return {
    ...track,
    samples: joined(samples, silent),
    files: [
      ...files,
      { path: "", firstSample: samples.count, bytes: frame.bytes },
    ],
  };
}

export interface SilentFrame {
  readonly bytes: Uint8Array;
  /** Not a whole number: positions are rounded, not durations. */
  readonly ticks: number;
}

/** @throws PackError `unsupported` when there is no silence for the channels of a track */
export function silentSamples(
  { codec, config, format }: Track,
  label: string,
): SilentFrame {
  const silence = codecNamed(codec).silence(config);
  if (silence === undefined || format.kind !== "audio") {
    throw new PackError(
      "unsupported",
      `${label}: sound is missing where the picture goes on, and there is no silence for its channels.`,
      { hint: "mss-pack FILE -o FOLDER encodes the sound anew." },
    );
  }
  const ticks = (silence.samples * SMOOTH_TIMESCALE) / format.sampleRate;
  return { bytes: silence.bytes, ticks };
}

/** The user should know of a longer gap, and it would take much memory. */
const LONGEST_SILENCE: Ticks = 6 * 3600 * SMOOTH_TIMESCALE;

/** @throws PackError `input` for more silence than any film has */
export function requireLength(ticks: Ticks, label: string): void {
  if (ticks <= LONGEST_SILENCE) return;
  throw new PackError(
    "input",
    `${label}: sound is missing for ${secondsText(ticks)}. Expected at most ${secondsText(LONGEST_SILENCE)}, filled with silence.`,
    {
      hint: "A time in the file is wrong, or the files do not belong together.",
    },
  );
}

/** Frames of silence in a row. */
export function silentTable(
  count: number,
  begin: Ticks,
  { bytes, ticks }: SilentFrame,
): SampleTable {
  const table = newTable(count);
  table.size.fill(bytes.length);
  table.sync.fill(1);
  for (let i = 0; i <= count; i++)
    table.decodeTime[i] = begin + Math.round(i * ticks);
  return table;
}

/** Joins two tables; the second keeps its own times. */
function joined(first: SampleTable, second: SampleTable): SampleTable {
  const table = newTable(first.count + second.count);
  putRows(table, 0, first);
  putRows(table, first.count, second);
  return table;
}

function moved(files: Track["files"], count: number): Track["files"] {
  return files.map((file) => ({
    ...file,
    firstSample: file.firstSample + count,
  }));
}
