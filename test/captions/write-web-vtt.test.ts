import { expect, test } from "vitest";
import type { Cue } from "../../src/captions/cue.js";
import { packCues } from "../../src/captions/packed-cues.js";
import { readCaptions } from "../../src/captions/read-captions.js";
import { joinFragments, readTtmlDocument } from "../../src/captions/ttml.js";
import { cutIntoFragments } from "../../src/captions/write-ttml.js";
import { toWebVtt } from "../../src/captions/write-web-vtt.js";
import { textsOf } from "../support/utf8.js";

const CUES: readonly Cue[] = [
  {
    begin: 15_000_000,
    end: 65_000_000,
    lines: [
      [{ text: "a --> b & <c> " }, { text: "d", italic: true, bold: true }],
      [],
      [{ text: "e", colour: "#ffff00", underline: true }],
    ],
    place: { vertical: "top", align: "left" },
  },
  {
    begin: 40_000_000,
    end: 41_000_000,
    lines: [[{ text: "NOTE f" }]],
    place: { vertical: "bottom", align: "center" },
  },
];

/** Cuts between milliseconds, as at 29.97 frames a second. */
const GRID = [0, 1, 2, 3].map((i) => ({
  time: i * 20_854_167,
  duration: 20_854_167,
}));

async function throughFragments(cues: readonly Cue[]): Promise<Cue[]> {
  const documents = textsOf(cutIntoFragments(packCues(cues), GRID));
  const fragments = await Promise.all(
    documents.map(async (text, i) => ({
      time: GRID[i]?.time ?? 0,
      cues: await readTtmlDocument(Buffer.from(text)),
    })),
  );
  return joinFragments(fragments);
}

test("cues are the same behind WebVTT", async () => {
  const bytes = new TextEncoder().encode(toWebVtt(CUES));
  const { cues, warnings } = await readCaptions(bytes, "x.vtt");
  expect(cues).toEqual(CUES);
  expect(warnings).toEqual([]);
});

test("cues that were clipped are whole again, to the millisecond", async () => {
  const joined = await throughFragments(CUES);
  expect(joined.map(({ lines, place }) => ({ lines, place }))).toEqual(
    CUES.map(({ lines, place }) => ({ lines, place })),
  );
  for (const [i, { begin, end }] of joined.entries()) {
    expect(Math.abs(begin - (CUES[i]?.begin ?? 0))).toBeLessThanOrEqual(5000);
    expect(Math.abs(end - (CUES[i]?.end ?? 0))).toBeLessThanOrEqual(5000);
  }
});

test("the same words said again are two cues", async () => {
  const again = [0, 1].map((i) => ({
    ...{ lines: [[{ text: "Yes" }]], begin: i * 30_000_000 },
    ...{ end: i * 30_000_000 + 10_000_000 },
    place: { vertical: "bottom", align: "center" } as const,
  }));
  expect(await throughFragments(again)).toHaveLength(2);
});

test("a file has no STYLE block, and each colour is one that players know by name", () => {
  const text = toWebVtt(CUES);
  expect(text).not.toContain("STYLE");
  expect(text).toContain(
    "00:00:01.500 --> 00:00:06.500 line:0 align:left\n" +
      "a --&gt; b &amp; &lt;c&gt; <b><i>d</i></b>\n&nbsp;\n<c.yellow><u>e</u></c>\n",
  );
});
