import { describe, expect, test } from "vitest";
import type { Track } from "../../src/media/track.js";
import { alignTracks } from "../../src/tracks/align-tracks.js";
import type { SourceTrack } from "../../src/tracks/read-track.js";
import { audioTrack, table, videoTrack } from "../support/track.js";
import { beginning, sourceOf } from "./source.js";

const SECOND = 10_000_000;

/** Frames of 40 ms, or of what is said. */
const videoSource = (count: number, begin = 0, each = 400_000) =>
  sourceOf(
    beginning(videoTrack(table(Array<number>(count).fill(each))), begin),
    "film.mp4",
  );

/** Frames of 20 ms of two channels. */
const audioSource = (count: number, begin = 0) => {
  const track = audioTrack(table(Array<number>(count).fill(200_000)));
  const config = Uint8Array.of(0x11, 0x90);
  return sourceOf(beginning({ ...track, config }, begin), "film.m4a");
};

const times = ({ track }: SourceTrack) => [...track.samples.decodeTime];

/** Begin and end of each track. */
function spans(tracks: readonly SourceTrack[]) {
  return tracks.map((source) => {
    const all = times(source);
    return [all[0], all.at(-1)];
  });
}

describe("all tracks begin at 0", () => {
  test("the earliest of them is 0, the others keep their distance", () => {
    const [video, audio] = alignTracks([
      videoSource(50, 3 * SECOND),
      audioSource(100, 3 * SECOND),
    ]).tracks as [SourceTrack, SourceTrack];
    expect(times(video).slice(0, 3)).toEqual([0, 400_000, 800_000]);
    expect(times(audio).slice(0, 3)).toEqual([0, 200_000, 400_000]);
  });

  test("a picture that begins later is held from the begin, the rest keeps its times", () => {
    const { tracks, notes } = alignTracks([
      videoSource(50, SECOND / 2),
      audioSource(125),
    ]);
    expect(tracks.map(times)[0]?.slice(0, 3)).toEqual([
      0, 5_400_000, 5_800_000,
    ]);
    expect(notes).toEqual([
      "film.mp4: begins 0.500 s late, its first picture is held from the begin",
    ]);
  });

  test("sound that begins later has silence before it", () => {
    const { tracks, notes } = alignTracks([
      videoSource(50),
      audioSource(75, SECOND / 2),
    ]);
    const audio = times(tracks[1] as SourceTrack);
    expect(audio[0]).toBe(0);
    expect(audio).toContain(SECOND / 2);
    expect(notes).toEqual(["film.m4a: begins 0.500 s late, silence before it"]);
  });
});

describe("all tracks end together", () => {
  test("with the picture, where sound goes on for less than a tenth of a second", () => {
    const { tracks, end, notes } = alignTracks([
      videoSource(50),
      audioSource(104),
    ]);
    expect(spans(tracks)).toEqual([
      [0, end],
      [0, end],
    ]);
    expect(end).toBe(2 * SECOND);
    expect(notes).toEqual(["film.m4a: 0.080 s at its end are cut"]);
  });

  test("with the sound, where it goes on for longer: the last picture is held", () => {
    const { tracks, end, notes } = alignTracks([
      videoSource(50),
      audioSource(200),
    ]);
    expect(end).toBe(4 * SECOND);
    expect(spans(tracks)[0]).toEqual([0, 4 * SECOND]);
    expect(notes).toEqual(["film.mp4: its last picture is held for 2.000 s"]);
  });

  test("with the sound, where it goes on for hardly more than a tenth", () => {
    const { end } = alignTracks([videoSource(50), audioSource(106)]);
    expect(end).toBe(2 * SECOND + 6 * 200_000);
  });

  test("with silence behind sound that is shorter", () => {
    const { tracks, notes } = alignTracks([videoSource(50), audioSource(50)]);
    expect(spans(tracks)[1]).toEqual([0, 2 * SECOND]);
    expect(notes).toEqual(["film.m4a: ends 1.000 s early, silence behind it"]);
  });

  test("with the longest sound, where there is no picture", () => {
    const { end } = alignTracks([audioSource(50), audioSource(75)]);
    expect(end).toBe(1.5 * SECOND);
  });
});

test("less than a hundredth of a second is not worth a word", () => {
  const track: Track = audioSource(100, 90_000).track;
  const { notes } = alignTracks([videoSource(50), sourceOf(track, "film.m4a")]);
  expect(notes).toEqual([]);
});

describe("what does not belong together is refused:", () => {
  test.each([
    [
      "rungs of different length",
      [videoSource(50), videoSource(60)],
      "film.mp4: lasts 2.400 s, film.mp4 2.000 s. Rungs must be the same film.",
    ],
    [
      "sound that is much longer",
      [videoSource(50), audioSource(21_000)],
      "film.mp4: ends 418.000 s apart from the sound. Expected at most 200.000 s.",
    ],
    [
      "sound that is hours shorter than other sound",
      [
        audioSource(50),
        sourceOf(audioTrack(table([7 * 3600 * SECOND])), "b.m4a"),
      ],
      "film.m4a: sound is missing for 25199.000 s. Expected at most 21600.000 s, filled with silence.",
    ],
    [
      "a film of years",
      [sourceOf(audioTrack(table([2e15])), "b.m4a")],
      "The film lasts 200000000.000 s. Expected at most 2592000.000 s.",
    ],
    [
      "a picture that begins much later",
      [videoSource(50, 401 * SECOND), audioSource(100)],
      "film.mp4: begins 401.000 s apart from the sound.",
    ],
  ])("%s", (_, tracks, message) => {
    expect(() => alignTracks(tracks)).toThrow(
      expect.objectContaining({
        code: "input",
        message: expect.stringContaining(message) as string,
      }),
    );
  });
});
