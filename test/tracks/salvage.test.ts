import { expect, test } from "vitest";
import { newTable, type TrackKind } from "../../src/media/track.js";
import type { SourceTrack } from "../../src/tracks/read-track.js";
import { salvage } from "../../src/tracks/salvage.js";

const SECOND = 10_000_000;

/** A sample a second, each a sync sample. */
function sourceOf(
  kind: TrackKind,
  from: number,
  to: number,
  isCutOff: boolean,
): SourceTrack {
  const samples = newTable(to - from);
  for (let i = 0; i <= samples.count; i++)
    samples.decodeTime[i] = (from + i) * SECOND;
  samples.sync.fill(1);
  const format =
    kind === "video"
      ? ({ kind, width: 320, height: 180 } as const)
      : ({ kind, channels: 2, sampleRate: 48_000 } as const);
  return {
    ...{ path: `/${kind}`, trackId: 1, label: `film.${kind}`, kind },
    track: {
      ...{ codec: kind === "video" ? "h264" : "aac", format, samples },
      ...{ config: new Uint8Array(), language: "und", timescale: SECOND },
      files: [{ path: `/${kind}`, firstSample: 0 }],
    },
    ...{ bitrate: undefined, isCutOff },
  };
}

test("a sound that begins behind the last whole fragment is left out", () => {
  const video = sourceOf("video", 0, 3, true);
  const { tracks, notes } = salvage([video, sourceOf("audio", 4, 9, false)]);
  expect(tracks.map(({ label }) => label)).toEqual(["film.video"]);
  expect(notes).toEqual([
    expect.stringMatching(/^salvaged: 3\.000 s of 9\.000 s/) as string,
    "film.audio: left out, it begins behind that",
  ]);
});

test("without a picture that is left, nothing can be salvaged", () => {
  const sound = sourceOf("audio", 0, 3, true);
  expect(() => salvage([sourceOf("video", 4, 9, false), sound])).toThrow(
    "Nothing can be salvaged",
  );
});
