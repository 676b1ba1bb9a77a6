import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isDense,
  partsOf,
  type LaidOutFile,
} from "../../src/mux/file-layout.js";
import {
  audioTrack,
  fragmentsLasting,
  table,
  videoTrack,
} from "../support/track.js";

const SECOND = 1e7;
const MB = 1024 * 1024;

interface Shape {
  /** One sample and fragment each. */
  readonly seconds: number;
  readonly size: number;
}

/** A track file of fragments of a second; nothing of it is on a disk. */
function laidOut(path: string, { seconds, size }: Shape): LaidOutFile {
  const samples = table(Array<number>(seconds).fill(SECOND), {
    sizes: Array<number>(seconds).fill(size),
  });
  const track = path === "picture" ? videoTrack(samples) : audioTrack(samples);
  const durations = Array<number>(seconds).fill(SECOND);
  const fragments = fragmentsLasting(durations);
  const moofOffsets = Float64Array.from(
    durations,
    (_, i) => 1000 + i * (size + 100),
  );
  const indexOffset = 1000 + seconds * (size + 100);
  const layout = { header: new Uint8Array(1000), moofOffsets, indexOffset };
  return { path, track, fragments, options: {}, layout };
}

const shape = (seconds: number) =>
  fc.record({ seconds: fc.constant(seconds), size: fc.nat(5 * MB) });

test("every fragment is in one part, at its place, whatever the files are", () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 60 })
        .chain((s) => fc.tuple(shape(s), shape(s))),
      ([video, audio]) => {
        const files = [laidOut("picture", video), laidOut("sound", audio)];
        const runs = partsOf(files).flat();
        for (const { path, layout, fragments } of files) {
          let next = 0;
          for (const run of runs.filter((run) => run.path === path)) {
            expect(run.from).toBe(next);
            const place = layout.moofOffsets[next] ?? layout.indexOffset;
            expect(run.position).toBe(place);
            next = run.to;
          }
          expect(next).toBe(fragments.count);
        }
      },
    ),
  );
});

test("a part holds the same seconds of picture and sound, some 16 MB of them", () => {
  const files = [
    laidOut("sound", { seconds: 100, size: 16_000 }),
    laidOut("picture", { seconds: 100, size: MB }),
  ];
  const parts = partsOf(files);
  expect(parts.map(([audio]) => audio?.to)).toEqual([16, 32, 48, 64, 80, 100]);
  for (const [audio, video] of parts) expect(audio?.to).toBe(video?.to);
});

test("tracks of several files are parts of their own", () => {
  const video = laidOut("picture", { seconds: 3, size: 10 });
  const other = laidOut("sound", { seconds: 3, size: 10 });
  const audio = {
    ...other,
    track: { ...other.track, files: [{ path: "b.m4a", firstSample: 0 }] },
  };
  expect(partsOf([video, audio]).map((part) => part.length)).toEqual([1, 1]);
});

test("sound alone among pictures is read piece by piece, with them all at once", () => {
  const [video, audio] = ["picture", "sound"].map((path) => {
    const file = laidOut(path, {
      seconds: 4,
      size: path === "sound" ? 40 : 960,
    });
    file.track.samples.offset.forEach((_, i, offset) => {
      offset[i] = i * 1000 + (path === "sound" ? 960 : 0);
    });
    return file;
  }) as [LaidOutFile, LaidOutFile];
  expect(partsOf([video, audio]).map(isDense)).toEqual([true]);
  expect(partsOf([audio]).map(isDense)).toEqual([false]);
});
