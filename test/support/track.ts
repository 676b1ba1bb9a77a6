import { newFragments, type Fragments } from "../../src/media/fragments.js";
import { SMOOTH_TIMESCALE } from "../../src/media/time.js";
import type { MediaFormat, SampleTable, Track } from "../../src/media/track.js";

const VIDEO: MediaFormat = { kind: "video", width: 320, height: 180 };
const AUDIO: MediaFormat = { kind: "audio", channels: 2, sampleRate: 48000 };

/** A sample table from durations; every sample is a sync sample of 10 bytes unless told. */
export function table(
  durations: readonly number[],
  columns: {
    sync?: readonly number[];
    offsets?: readonly number[];
    sizes?: readonly number[];
  } = {},
): SampleTable {
  const count = durations.length;
  const size = Uint32Array.from(columns.sizes ?? durations.map(() => 10));
  const decodeTime = new Float64Array(count + 1);
  const offset = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    decodeTime[i + 1] = (decodeTime[i] ?? 0) + (durations[i] ?? 0);
    if (i > 0) offset[i] = (offset[i - 1] ?? 0) + (size[i - 1] ?? 0);
  }
  return {
    count,
    size,
    offset,
    decodeTime,
    compositionOffset: Int32Array.from(
      columns.offsets ?? durations.map(() => 0),
    ),
    sync: Uint8Array.from(columns.sync ?? durations.map(() => 1)),
  };
}

/** Fragments of one sample each that last so long, from 0 or another time on. */
export function fragmentsLasting(
  durations: readonly number[],
  from = 0,
): Fragments {
  const fragments = newFragments(durations.length);
  let time = from;
  for (const [i, duration] of [...durations, 0].entries()) {
    fragments.firstSample[i] = i;
    fragments.time[i] = time;
    time += duration;
  }
  return fragments;
}

export function videoTrack(
  samples: SampleTable,
  timescale = SMOOTH_TIMESCALE,
): Track {
  return track("h264", VIDEO, samples, timescale);
}

export function audioTrack(
  samples: SampleTable,
  timescale = SMOOTH_TIMESCALE,
): Track {
  return track("aac", AUDIO, samples, timescale);
}

function track(
  codec: string,
  format: MediaFormat,
  samples: SampleTable,
  timescale: number,
): Track {
  const files = [{ path: "rung.mp4", firstSample: 0 }];
  return {
    codec,
    config: new Uint8Array(),
    format,
    language: "und",
    timescale,
    samples,
    files,
  };
}
