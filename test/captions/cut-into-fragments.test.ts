import { SaxesParser } from "saxes";
import { expect, test } from "vitest";
import type { Cue, CueLine, CuePosition } from "../../src/captions/cue.js";
import { packCues, releaseCues } from "../../src/captions/packed-cues.js";
import { readTtmlDocument } from "../../src/captions/ttml.js";
import { cutIntoFragments } from "../../src/captions/write-ttml.js";
import { textsOf } from "../support/utf8.js";

const SECOND = 10_000_000;

/** Fragments of 2.002 s, as 60 frames of 29.97 a second. */
const D = 20_020_000;
const GRID = [0, 1, 2].map((i) => ({ time: i * D, duration: D }));

function cue(
  begin: number,
  end: number,
  lines: readonly CueLine[] = [[{ text: "Hello" }]],
  place: CuePosition = { vertical: "bottom", align: "center" },
): Cue {
  return { begin, end, lines, place };
}

function cut(cues: readonly Cue[], grid = GRID, language = "eng"): string[] {
  return textsOf(cutIntoFragments(packCues(cues), grid, { language }));
}

/** Begin, end and text of the paragraphs of each document. */
async function readBack(cues: readonly Cue[], grid = GRID) {
  const documents = textsOf(cutIntoFragments(packCues(cues), grid));
  return Promise.all(
    documents.map(async (text) =>
      (await readTtmlDocument(Buffer.from(text))).map(
        ({ begin, end, lines }) =>
          `${begin}-${end} ${lines.map((line) => line.map(({ text }) => text).join("")).join("|")}`,
      ),
    ),
  );
}

/** What a strict parser without namespaces sees, as Kodi and N_m3u8DL-RE search. */
function elementsOf(xml: string): string[] {
  const parser = new SaxesParser();
  const names: string[] = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name }) => names.push(name));
  parser.write(xml).close();
  return names;
}

test("a cue over two fragments is in each of them, clipped, with times from the fragment's begin", async () => {
  expect(await readBack([cue(1.5 * SECOND, 4.5 * SECOND)])).toEqual([
    ["15000000-20020000 Hello"],
    ["0-20020000 Hello"],
    ["0-4960000 Hello"],
  ]);
});

test("letters of several bytes stay with their cue", async () => {
  const said = (text: string, i: number) =>
    cue(i * D, (i + 1) * D, [[{ text }]]);
  const texts = ["Grüße, 你好", "é", "plain"];
  expect((await readBack(texts.map(said))).flat()).toEqual(
    texts.map((text) => `0-20020000 ${text}`),
  );
});

test("a cue that begins or ends at a cut is in one fragment alone", async () => {
  expect(await readBack([cue(D, 2 * D)])).toEqual([
    [],
    ["0-20020000 Hello"],
    [],
  ]);
});

test("a fragment in which nothing is said is a whole document of at least 80 characters", () => {
  const [empty = ""] = cut([]);
  expect(empty.length).toBeGreaterThan(80);
  expect(elementsOf(empty)).toEqual(["tt", "head", "body", "div"]);
  expect(empty).toContain("<head></head>");
});

test("no cue vanishes, ends before it begins or goes on behind the fragment, however it is rounded", async () => {
  // 29.97: fragments of 2085.416... ms.
  const grid = [0, 1, 2, 3].map((i) => ({
    time: Math.round((i * 62.5 * 1001 * SECOND) / 30_000),
    duration: 20_854_166,
  }));
  const begins = Array.from({ length: 40 }, (_, i) => i * 1_303_317);
  for (const length of [1, 4_999, 5_001, 10_000, 99_999, 20_000_000])
    for (const begin of begins) {
      const found = (await readBack([cue(begin, begin + length)], grid)).flat();
      expect(found, `${begin}+${length}`).not.toEqual([]);
      for (const row of found) {
        const [from = 0, to = 0] = row.split(/[- ]/).map(Number);
        expect(to).toBeGreaterThan(from);
        expect(to).toBeLessThanOrEqual(20_854_166);
        expect((from % 10_000) + (to % 10_000)).toBe(0);
      }
    }
});

test("less than a millisecond of a long cue is left to the next fragment", async () => {
  expect(await readBack([cue(D - 3000, D + SECOND)])).toEqual([
    [],
    ["0-10000000 Hello"],
    [],
  ]);
});

test("looks, places, breaks and signs of XML are as clients read them", async () => {
  const lines: CueLine[] = [
    [
      { text: 'a < "b" & ' },
      {
        text: "c",
        italic: true,
        bold: true,
        underline: true,
        colour: "#ffff00",
      },
    ],
    [{ text: "d ]]>" }],
  ];
  const place: CuePosition = { vertical: "top", align: "right" };
  const [xml = ""] = cut([cue(0, SECOND, lines, place)], GRID.slice(0, 1));
  expect(xml).toContain(
    '<p xml:id="f0c0" region="top" tts:textAlign="right" begin="00:00:00.000" end="00:00:01.000">' +
      'a &lt; &quot;b&quot; &amp; <span tts:fontStyle="italic" tts:fontWeight="bold" ' +
      'tts:textDecoration="underline" tts:color="#ffff00">c</span><br/>d ]]&gt;</p>',
  );
  expect(elementsOf(xml)).toEqual(
    "tt head layout region body div p span br".split(" "),
  );
  expect((await readTtmlDocument(Buffer.from(xml)))[0]).toEqual(
    cue(0, SECOND, lines, place),
  );
});

test("each place that is used is a region, and no other", () => {
  const places = (["top", "middle", "bottom"] as const).map((vertical) =>
    cue(0, SECOND, undefined, { vertical, align: "center" }),
  );
  const [xml = ""] = cut(places);
  expect(xml.match(/<region /g)).toHaveLength(3);
  const [one = ""] = cut(places.slice(2));
  expect(one.match(/<region /g)).toHaveLength(1);
  expect(one).toContain('tts:displayAlign="after"');
});

test("Kodi, which passes over an id that it has shown, finds other ids in each fragment", () => {
  const ids = cut([cue(0, 3 * D), cue(0, SECOND)]).flatMap(
    (xml) => xml.match(/xml:id="f[^"]*"/g) ?? [],
  );
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
});

test("documents are UTF-8 without a byte order mark, with the language as xml:lang has it", () => {
  const [xml = ""] = cut([], GRID, "deu");
  expect(xml.startsWith('<?xml version="1.0" encoding="utf-8"?>')).toBe(true);
  expect(xml).toContain('xml:lang="de"');
  expect(cut([], GRID, "und")[0]).toContain('xml:lang="und"');
  expect(cut([], GRID, "?")[0]).toContain('xml:lang=""');
});

test("the same cues give the same bytes, in whatever order they come", () => {
  const cues = [cue(0, D), cue(SECOND, 5 * SECOND), cue(2 * D, 3 * D)];
  expect(cut(cues.toReversed())).toEqual(cut(cues));
});

test("a document is written over the one before, and none is too long for it", () => {
  const long = "Ω".repeat(5000);
  const cues = packCues([
    cue(0, 1e7, [[{ text: long }]]),
    cue(2.1e7, 3e7, [[{ text: "short" }]]),
  ]);
  const documents = cutIntoFragments(cues, GRID);
  const first = Buffer.from(documents.next().value ?? "");
  const second = Buffer.from(documents.next().value ?? "");
  expect(first.toString()).toContain(`>${long}</p></div></body></tt>`);
  expect(second.toString()).toContain(">short</p></div></body></tt>");
  expect(second.toString()).not.toContain("Ω");
});

test("cues that are released hold no memory", () => {
  const cues = packCues([cue(0, 1e7)]);
  releaseCues(cues);
  const { begin, end, place, textEnd, text } = cues;
  for (const column of [begin, end, place, textEnd, text])
    expect(column.buffer.byteLength).toBe(0);
});
