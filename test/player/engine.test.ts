import { describe, expect, test } from "vitest";
import {
  FrameHistory,
  framesSince,
} from "../../src/player/engine/frame-history.js";
import { firstSound } from "../../src/player/engine/preferences.js";
import { cuesOf, cueText } from "../../src/player/engine/cues.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("the frames of a rung", () => {
  /** Plays so many seconds of 25 frames each, and returns when that was. */
  function play(
    history: FrameHistory,
    from: number,
    seconds: number,
    lostOf25: number,
  ): number {
    for (let i = 1; i <= seconds; i++)
      history.add(from + i * SECOND, "top", {
        totalVideoFrames: 25,
        droppedVideoFrames: lostOf25,
      });
    return from + seconds * SECOND;
  }
  const lostShare = (history: FrameHistory, now: number) => {
    const { droppedVideoFrames = 0, totalVideoFrames = 1 } =
      history.counts(now)["top"] ?? {};
    return droppedVideoFrames / totalVideoFrames;
  };

  test("are those of the last 20 s: late in a film trouble counts as much as at its begin", () => {
    const history = new FrameHistory();
    const hour = play(history, 0, 3600, 0);
    const now = play(history, hour, 10, 15);
    expect(history.counts(now)["top"]?.totalVideoFrames).toBe(500);
    expect(lostShare(history, now)).toBeGreaterThan(0.15);
  });

  test("are forgotten when nobody condemned it", () => {
    const history = new FrameHistory();
    const now = play(history, 0, 5, 20);
    expect(lostShare(history, now)).toBe(0.8);
    expect(history.counts(now + 20 * SECOND)).toEqual({});
  });

  test("condemn it for two minutes, and each later time for twice as long", () => {
    const history = new FrameHistory();
    let now = 0;
    for (const minutes of [2, 4, 8]) {
      now = play(history, now, 7, 20);
      expect(lostShare(history, now)).toBe(0.8);
      const end = now + minutes * MINUTE;
      expect(lostShare(history, end - 1)).toBe(0.8);
      expect(history.counts(end)).toEqual({});
      now = end;
    }
  });

  test("are counted from 0 when the film is loaded anew", () => {
    const counts = (totalVideoFrames: number, droppedVideoFrames: number) => ({
      totalVideoFrames,
      droppedVideoFrames,
    });
    expect(framesSince(counts(900, 100), counts(925, 110))).toEqual(
      counts(25, 10),
    );
    expect(framesSince(counts(900, 100), counts(25, 10))).toEqual(
      counts(25, 10),
    );
  });
});

describe("captions of a fragment", () => {
  const said = (begin: number, end: number) => ({ begin, end, text: "said" });

  test.each([
    ["the fragment's, from its begin", [said(5, 8)], [said(25, 28)]],
    [
      "the fragment's, over its end",
      [said(1, 2), said(18, 20.5)],
      [said(21, 22), said(38, 40)],
    ],
    ["the film's", [said(25, 28)], [said(25, 28)]],
    [
      "the film's, going on from the fragment before",
      [said(18, 22)],
      [said(20, 22)],
    ],
    [
      "the film's, going on in the next fragment",
      [said(18, 22), said(38, 43)],
      [said(20, 22), said(38, 40)],
    ],
    [
      "the film's, in a document of all of it",
      [said(5, 8), said(25, 28), said(45, 48)],
      [said(25, 28)],
    ],
  ])("by the clock of %s", (_, captions, cues) => {
    expect(cuesOf(captions, 20, 20)).toEqual(cues);
  });

  test("in the first fragment both clocks are one", () => {
    expect(cuesOf([said(5, 8), said(18, 22)], 0, 20)).toEqual([
      said(5, 8),
      said(18, 20),
    ]);
  });

  test("keep what WebVTT would take for its own", () => {
    expect(cueText("5 < 6 & <laughs>\n&amp;")).toBe(
      "5 &lt; 6 &amp; &lt;laughs>\n&amp;amp;",
    );
  });
});

describe("the first language", () => {
  const streams = ["eng", "ger", "fre", "und"].map((language) => ({
    language,
  }));

  test.each([
    [["fr-CA", "en"], "fre"],
    [["nl", "de-AT"], "ger"],
    [["en-US"], "eng"],
    [["nl"], "eng"],
    [[], "eng"],
    [["no language"], "eng"],
  ])("of a viewer with %j is %s", (wanted, language) => {
    expect(firstSound(streams, wanted)).toEqual({ language });
  });

  test("of a film without sound is none", () => {
    expect(firstSound([], ["en"])).toBeUndefined();
  });
});
