import { describe, expect, test } from "vitest";
import {
  FrameHistory,
  framesSince,
} from "../../src/player/engine/frame-history.js";
import { BufferedRungs } from "../../src/player/engine/buffered-rungs.js";
import { contentId } from "../../src/player/engine/cmcd-in-place.js";
import { firstAudio } from "../../src/player/engine/preferences.js";
import { lengthClock, addressSeconds } from "../../src/player/shared/format.js";
import { clock } from "../../src/util/format.js";
import { usefulRung } from "../../src/player/engine/rung.js";
import { cuesOf, cueText } from "../../src/player/engine/cues.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("what is buffered when the viewer chooses a higher rung", () => {
  /** Fragments of 2 s of a film of 20 s, one bitrate each, all buffered; 5 s of it are played. */
  function buffered(...bitrates: readonly number[]): BufferedRungs {
    const end = 2 * bitrates.length;
    const rungs = new BufferedRungs({
      ...{ currentTime: 5, duration: 20 },
      buffered: { length: 1, start: () => 0, end: () => end },
    });
    for (const [i, bitrate] of bitrates.entries())
      rungs.note({
        ...{ type: "video", stream: "video", bitrate, time: i * 2e7 },
        seconds: { start: 2 * i, end: 2 * i + 2 },
      });
    return rungs;
  }

  test.each([
    ["dash.js replaces it", [1, 1, 1, 1, 1, 1], false],
    [
      "dash.js looks at the fragment at 8 s and no further",
      [1, 1, 1, 1, 4, 1],
      true,
    ],
    ["all that is left is loaded", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], true],
    ["all that is left is of that rung", [1, 1, 4, 4, 4, 4, 4, 4, 4, 4], false],
    ["nothing", [], false],
  ])("%s", (_, bitrates, stays) => {
    expect(buffered(...bitrates).staysBelow(4)).toBe(stays);
    expect(buffered(...bitrates).highestAhead()).toBe(
      Math.max(0, ...bitrates.slice(2)),
    );
  });
});

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
    expect(firstAudio(streams, wanted)).toEqual({ language });
  });

  test("of a film without sound is none", () => {
    expect(firstAudio([], ["en"])).toBeUndefined();
  });
});

describe("the content id of CMCD", () => {
  test("is ASCII of at most 64 characters, and no two packages have the same", () => {
    const long = "映画".repeat(40);
    const ids = ["films/clip", "映画", `${long}1`, `${long}2`].map(contentId);
    expect(ids.slice(0, 2)).toEqual(["films/clip", "%E6%98%A0%E7%94%BB"]);
    for (const id of ids) expect(id).toMatch(/^[\x21-\x7e]{1,64}$/);
    expect(new Set(ids).size).toBe(4);
  });
});

describe("the rung that fills the picture", () => {
  const rung = (width: number, height: number, bitrate: number) => ({
    ...{ width, height, bitrate },
  });
  const [full, hd, small] = [
    rung(1920, 1080, 6e6),
    rung(1280, 720, 3e6),
    rung(640, 360, 1e6),
  ];
  const rungs = [full, hd, small];
  test.for([
    ["the top one's own size", 1920, 1080, null],
    ["larger than all", 3840, 2160, null],
    ["a pixel more than a rung has", 1282, 722, null],
    ["a fraction more than a rung has", 1280.4, 720.3, hd],
    ["between two", 900, 506, hd],
    ["smaller than all", 100, 56, small],
    ["bars at the sides", 1920, 720, hd],
    ["bars above and below", 1280, 1080, hd],
    ["not laid out", 0, 0, null],
  ] as const)("%s", ([, width, height, expected]) => {
    expect(usefulRung(rungs, { width, height })).toBe(expected);
  });

  test("of two of one size it is the better one, and an unknown size excludes nothing", () => {
    const better = rung(640, 360, 2e6);
    const box = { width: 600, height: 338 };
    expect(usefulRung([...rungs, better], box)).toBe(better);
    expect(usefulRung([rung(NaN, NaN, 1e6)], box)).toBe(null);
  });
});

describe("times", () => {
  test("of a whole film are rounded as the command rounds them", () => {
    for (const seconds of [0, 0.4, 0.5, 40.6, 59.7, 60, 3599.5, 3723.4])
      expect(lengthClock(seconds)).toBe(clock(seconds));
  });

  test.for([
    ["90", 90],
    ["90s", 90],
    ["1h2m3s", 3723],
    ["2m", 120],
    ["1H", 3600],
    ["12.5", 12.5],
    ["", null],
    ["-5", null],
    ["soon", null],
    ["3s2m", null],
  ] as const)("an address says %s", ([text, seconds]) => {
    expect(addressSeconds(text)).toBe(seconds);
  });
});
