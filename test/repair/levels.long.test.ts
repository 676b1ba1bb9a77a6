import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { findTools, type Tools } from "../../src/ffmpeg/find.js";
import { mux, planRepair, repair } from "../../src/index.js";
import { faultsIn } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import {
  cutTo,
  doubled,
  doubledInOneFile,
  headerAlone,
  lost,
  missing,
  twice,
  unequalTwice,
  untoldTwice,
} from "../foreign/damage.js";
import {
  FILES,
  foreign,
  textFile,
  untold,
  type Layout,
} from "../foreign/layouts.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const [HIGH = "", LOW = "", SOUND = ""] = FILES;
let tools: Tools;
let number = 0;
const newOut = () => join(parent, `out-${(number += 1)}`);

beforeAll(async () => {
  tools = await findTools({});
});

async function mended(...layouts: Layout[]) {
  const { ism } = await foreign(parent, ...layouts);
  const output = newOut();
  const plan = await planRepair(ism);
  const { repaired } = await repair(ism, { output, fsync: false });
  if (repaired === undefined) throw new Error("needs no mend");
  const report = await verify(repaired.manifest, { decodeWith: tools });
  expect(faultsIn(report.findings)).toEqual([]);
  expect((await planRepair(repaired.manifest)).mends).toEqual([]);
  const { plan: made, proof } = repaired;
  if (made === undefined) throw new Error("no plan");
  const own = made.tracks.map(({ source }) => source.label);
  return { plan, notes: made.notes, proof, own, output, repaired };
}

const idsOf = ({ mends }: { readonly mends: readonly { id: string }[] }) =>
  mends.map(({ id }) => id);

const wholeProof = [
  { same: 128, added: 0 },
  { same: 128, added: 0 },
  { same: 240, added: 0 },
];

describe("a fragment that is there twice is taken once, and told:", () => {
  const DOUBLED: [what: string, layouts: Layout[], note: RegExp][] = [
    [
      "in a row",
      [doubled(SOUND, 1)],
      /clip_eng_48\.isma: .*: 3 \(2, at byte \d+\)$/,
    ],
    ["at the end", [doubled(HIGH, 0, true)], /clip_60\.ismv: .* 4 \(1, at/],
    [
      "all of them",
      [twice(LOW)],
      /clip_25\.ismv: .* 4 \(1, .*\), 5 \(2, .*\), 6 \(3, .*\)$/,
    ],
    ["in a file of several tracks", [doubledInOneFile], /clip\.ismv track 2: /],
    ["known by the index alone", [doubled(SOUND, 1), untold], /3 \(2, at byte/],
    ["left out in the index", [untoldTwice(SOUND, 1)], /3 \(2, at byte/],
    [
      "known by the client manifest alone",
      [untoldTwice(SOUND, 1, { isIndexless: true })],
      /3 \(2, at byte/,
    ],
  ];

  test.for(DOUBLED)("%s", async ([, layouts, note]) => {
    const { plan, notes, proof } = await mended(...layouts);
    expect(idsOf(plan)).toContain("doubled");
    expect(notes[0]).toMatch(note);
    expect(notes).toHaveLength(1);
    expect(proof).toMatchObject(wholeProof);
  });

  test("mux takes it with --salvage, and names it without", async () => {
    const { ism } = await foreign(parent, doubled(SOUND, 1));
    const options = { fsync: false };
    const plain = mux([ism], { ...options, output: newOut() });
    await expect(plain).rejects.toMatchObject({
      code: "input",
      hint: expect.stringMatching(/twice there: .*--salvage/) as string,
    });
    const output = newOut();
    const { plan } = await mux([ism], { ...options, output, salvage: true });
    expect(plan.notes[0]).toMatch(/taken once: 3 \(2, at byte/);
    const sound = plan.tracks.find(({ file }) => file.endsWith(".isma"));
    expect(sound?.source.track.samples.count).toBe(240);
  });
});

describe("two fragments of one time that differ", () => {
  test("are a sentence, where the film needs them", async () => {
    const { ism } = await foreign(parent, unequalTwice(SOUND, 1));
    const { obstacles } = await planRepair(ism);
    expect(obstacles).toMatchObject([
      {
        ...{ id: "order", file: SOUND },
        why: expect.stringMatching(
          /fragments 2 and 3 both begin at 20053333, and differ/,
        ) as string,
      },
    ]);
    const salvaged = mux([ism], { output: newOut(), salvage: true });
    await expect(salvaged).rejects.toMatchObject({
      message: expect.stringMatching(
        /clip_eng_48\.isma track 1: fragments 2 and 3 both begin at/,
      ) as string,
    });
  });

  test("leave their rung out, where another holds the film", async () => {
    const { plan, notes, own } = await mended(unequalTwice(HIGH, 1));
    expect(idsOf(plan)).toContain("level-lost");
    expect(own).toEqual([LOW, SOUND]);
    expect(notes[0]).toMatch(/^clip_60\.ismv: left out, .* both begin at/);
  });
});

describe("a rung that others stand in for is left out:", () => {
  const LOST: [what: string, layouts: Layout[], id: string, note: RegExp][] = [
    ["lost", [lost(HIGH)], "level-lost", /left out, it cannot be read/],
    ["empty", [cutTo(HIGH, 0)], "level-lost", /cannot be read \(no moov/],
    ["a header alone", [headerAlone(HIGH)], "level-lost", /no samples/],
    [
      "cut off in its first fragment",
      [cutTo(HIGH, 0.2)],
      "cut-off",
      /not one fragment of it is whole/,
    ],
    [
      "without a fragment in the middle",
      [missing(HIGH, 1)],
      "level-gap",
      /it has nothing for 2\.000 s at 2\.000 s, where other rungs go on/,
    ],
    [
      "without its first fragment",
      [missing(HIGH, 0)],
      "level-gap",
      /it has nothing for 2\.000 s at 0\.000 s/,
    ],
  ];

  test.for(LOST)("%s", async ([, layouts, id, note]) => {
    const { plan, notes, own, proof } = await mended(...layouts);
    expect(idsOf(plan)).toContain(id);
    expect(idsOf(plan)).not.toContain("gap");
    expect(idsOf(plan)).not.toContain("late-begin");
    expect(own).toEqual([LOW, SOUND]);
    expect(notes[0]).toMatch(/^clip_60\.ismv: /);
    expect(notes[0]).toMatch(note);
    expect(proof).toMatchObject([{ same: 128 }, { same: 240 }]);
  });

  test("what all rungs lack is held", async () => {
    const both = [missing(HIGH, 1), missing(LOW, 1)];
    const { plan, notes, own, repaired } = await mended(...both);
    expect(idsOf(plan)).toContain("gap");
    expect(idsOf(plan)).not.toContain("level-gap");
    expect(own).toHaveLength(3);
    expect(notes.join()).toMatch(
      /nothing for 2\.000 s at 2\.000 s; the picture/,
    );
    expect(repaired.durationSeconds).toBe(5.12);
  });

  test("of rungs that lack other fragments, one is kept", async () => {
    const { own, notes } = await mended(missing(HIGH, 1), missing(LOW, 0, 1));
    expect(own).toEqual([HIGH, SOUND]);
    expect(notes[0]).toMatch(/^clip_25\.ismv: left out, it has nothing for 4/);
  });

  test("mux does so with --salvage alone", async () => {
    const { ism } = await foreign(parent, lost(HIGH));
    await expect(mux([ism], { output: newOut() })).rejects.toThrow(HIGH);
    const options = { output: newOut(), salvage: true, fsync: false };
    const { plan } = await mux([ism], options);
    const labels = plan.tracks.map(({ source }) => source.label);
    expect(labels).toEqual([LOW, SOUND]);
  });

  test("but not the only sound, and not all rungs", async () => {
    for (const layouts of [[lost(SOUND)], [lost(HIGH), lost(LOW)]]) {
      const { ism } = await foreign(parent, ...layouts);
      const { obstacles } = await planRepair(ism);
      expect(obstacles.map(({ id }) => id)).toEqual(layouts.map(() => "lost"));
      const salvaged = mux([ism], { output: newOut(), salvage: true });
      await expect(salvaged).rejects.toMatchObject({ code: "input" });
    }
  });
});

test("captions whose file is lost are left out, and told", async () => {
  const layouts = [textFile, lost("clip_text.ismt")];
  const { plan, notes, output } = await mended(...layouts);
  expect(idsOf(plan)).toContain("captions-lost");
  expect(notes.join()).toMatch(/text_eng is left out: /);
  expect(readdirSync(output).join()).not.toMatch(/ismt/);
  expect(readFileSync(join(output, "clip.ismc"), "utf8")).not.toMatch(/text/);
});
