import { describe, expect, test } from "vitest";
import type { CutTrack } from "../../src/pipeline/mux-bitrates.js";
import { nameTracks } from "../../src/pipeline/mux-plan.js";
import type { SourceTrack } from "../../src/tracks/read-track.js";
import {
  audioTrack,
  fragmentsLasting,
  table,
  videoTrack,
} from "../support/track.js";
import { sourceOf } from "../tracks/source.js";

/** A second of one sample. */
const second = (bytes: number) => table([10_000_000], { sizes: [bytes] });

function cut(source: SourceTrack, times: readonly number[] = [0]): CutTrack {
  const ends = [...times.slice(1), (times.at(-1) ?? 0) + 10_000_000];
  const durations = times.map((time, i) => (ends[i] ?? 0) - time);
  const fragments = fragmentsLasting(durations, times[0]);
  return { source, fragments };
}

const video = (bytes: number, more: Partial<SourceTrack> = {}) =>
  cut(sourceOf(videoTrack(second(bytes)), "film.mp4", more));

const audio = (
  language: string,
  path: string,
  times?: number[],
  bytes = 8000,
) =>
  cut(
    sourceOf({ ...audioTrack(second(bytes)), language }, "film.m4a", { path }),
    times,
  );

const named = (...tracks: CutTrack[]) =>
  nameTracks(tracks, "film").map(({ file, stream, bitrate }) => [
    file,
    stream,
    bitrate,
  ]);

describe("files are named", () => {
  test("by what their samples have on average", () => {
    expect(named(video(125_000), audio("eng", "/a.m4a"))).toEqual([
      ["film_1000.ismv", "video", 1_000_000],
      ["film_eng_64.isma", "audio", 64_000],
    ]);
  });

  test("by the bitrate that is given, where it is not far off", () => {
    expect(named(video(125_000, { bitrate: 1_999_000 }))).toEqual([
      ["film_1999.ismv", "video", 1_999_000],
    ]);
  });

  test("each differently, with a number where the rest is the same", () => {
    const files = named(video(125_000), video(125_001), video(125_002));
    expect(files.map(([file]) => file)).toEqual([
      "film_1000.ismv",
      "film_1000_2.ismv",
      "film_1000_3.ismv",
    ]);
  });
});

test.each([499_999, 2_000_001])(
  "a bitrate of %i for a million is refused: players choose by it",
  (bitrate) => {
    expect(() => named(video(125_000, { bitrate }))).toThrow(
      `film.mp4: a bitrate of ${bitrate} is given, its samples have 1000000 on average. Expected at most twice or half of that.`,
    );
  },
);

describe("sound tracks are", () => {
  const streams = (...tracks: CutTrack[]) =>
    named(...tracks).map(([, stream]) => stream);

  test("streams of their own by language", () => {
    expect(streams(audio("eng", "/a.m4a"), audio("deu", "/b.m4a"))).toEqual([
      "audio_eng",
      "audio_deu",
    ]);
  });

  test("qualities of one stream, from different files and alike in all", () => {
    expect(
      streams(audio("eng", "/a.m4a"), audio("eng", "/b.m4a", [0], 4000)),
    ).toEqual(["audio", "audio"]);
  });

  test("different things to listen to, from one file or cut differently", () => {
    expect(streams(audio("eng", "/a.mp4"), audio("eng", "/a.mp4"))).toEqual([
      "audio_eng",
      "audio_eng_2",
    ]);
    expect(
      streams(audio("eng", "/a.m4a"), audio("eng", "/b.m4a", [0, 5])),
    ).toEqual(["audio_eng", "audio_eng_2"]);
  });
});
