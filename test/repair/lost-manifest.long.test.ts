import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { findTools, type Tools } from "../../src/ffmpeg/find.js";
import { planRepair, repair } from "../../src/index.js";
import { editBoxes, fullBox } from "../../src/isobmff/box.js";
import { ascii, concat } from "../../src/isobmff/bytes.js";
import { faultsIn } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import { cutTo, lost } from "../foreign/damage.js";
import { remake } from "../foreign/film-file.js";
import {
  FILES,
  foreign,
  indexless,
  lostClientManifest,
  textFile,
  untold,
  type Layout,
} from "../foreign/layouts.js";
import { replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const [HIGH = "", LOW = "", SOUND = ""] = FILES;
const withoutIsm = lost("clip.ism");
let tools: Tools;
let number = 0;

beforeAll(async () => {
  tools = await findTools({});
});

async function mended(...layouts: Layout[]) {
  const { ism } = await foreign(parent, ...layouts);
  const output = join(parent, `out-${(number += 1)}`);
  const { repaired } = await repair(ism, { output, fsync: false });
  if (repaired === undefined) throw new Error("needs no mend");
  const { findings } = await verify(repaired.manifest, { decodeWith: tools });
  expect(faultsIn(findings)).toEqual([]);
  const ismc = readFileSync(join(output, "clip.ismc"), "utf8");
  const { plan } = repaired;
  if (plan === undefined) throw new Error("no plan");
  return { ...repaired, plan, ismc };
}

const inManifest =
  (from: string | RegExp, to: string): Layout =>
  ({ ismc }) =>
    replaceText(ismc, from, to);

/** Its sound is French by the client manifest, and English by its moov. */
const frenchByManifest = inManifest(
  /Name="audio"([^]*?)Language="\w+"([^]*?)Fragments\(audio=/,
  'Name="soundtrack_1"$1Language="fr-FR"$2Fragments(soundtrack_1=',
);

/** As mdhd cannot say it. */
const extended =
  (tag: string): Layout =>
  ({ folder }) =>
    remake(join(folder, SOUND), (film) => ({
      ...film,
      moov: editBoxes(film.moov, {
        replace({ type, start, size }) {
          if (type !== "hdlr") return undefined;
          const own = film.moov.subarray(start, start + size);
          const text = concat([ascii(tag), Uint8Array.of(0)]);
          return concat([own, fullBox("elng", 0, 0, text)]);
        },
      }),
    }));

/** The media have names of their own. */
const otherNames: Layout = ({ folder }) => {
  for (const [i, file] of FILES.entries()) {
    const to = `media_${3 - i}${file.slice(file.lastIndexOf("."))}`;
    renameSync(join(folder, file), join(folder, to));
  }
};

describe("without the .ism", () => {
  test("names, languages and bitrates are those of the client manifest", async () => {
    const { ismc, plan, proof } = await mended(frenchByManifest, withoutIsm);
    expect(ismc).toMatch(/Name="soundtrack_1"[^>]*Language="fra"/);
    expect(plan.notes).toEqual([]);
    const before = await mended(frenchByManifest, untold);
    const bitrates = (text: string) => text.match(/Bitrate="\d+"/g);
    expect(bitrates(ismc)).toEqual(bitrates(before.ismc));
    expect(proof).toMatchObject([{ same: 128 }, { same: 128 }, { same: 240 }]);
  });

  test("captions are found, with their name and language", async () => {
    const { ismc, files } = await mended(textFile, withoutIsm);
    expect(ismc).toMatch(/Type="text" Subtype="SUBT" Name="text_eng"/);
    expect(ismc).toMatch(/Name="text_eng"[^>]*Language="eng"/);
    expect(files.map(({ file }) => file)).toContain("clip_eng.ismt");
  });

  test("times stand in the client manifest", async () => {
    const late = inManifest(/(Fragments\(\w+=[^]*?<c )/g, '$1t="600000000" ');
    const layouts = [untold, indexless, late, withoutIsm];
    const { durationSeconds, plan } = await mended(...layouts);
    expect(durationSeconds).toBe(5.12);
    expect(plan.zero).toBe(600_000_000);
  });

  test("media of other names are taken, where no other package is", async () => {
    const { ismc, plan } = await mended(otherNames, withoutIsm);
    const names = plan.tracks.map(({ source }) => source.label);
    expect(names).toEqual(["media_3.ismv", "media_2.ismv", "media_1.isma"]);
    expect(ismc).toContain('Name="audio"');
    const beside = ({ folder }: { folder: string }) =>
      writeFileSync(join(folder, "other.ism"), "");
    const { ism } = await foreign(parent, otherNames, withoutIsm, beside);
    await expect(planRepair(ism)).rejects.toThrow(/no .ismv or .isma beside/);
  });

  test("a rung that cannot be read is left out, and told", async () => {
    const layouts = [cutTo(HIGH, 0), withoutIsm];
    const { plan } = await mended(...layouts);
    const names = plan.tracks.map(({ source }) => source.label);
    expect(names).toEqual([LOW, SOUND]);
    expect(plan.notes[0]).toMatch(
      /^clip_60\.ismv: left out, it cannot be read/,
    );
  });
});

describe("without both manifests", () => {
  test.for([
    ["fr-CA", "fra"],
    ["?", "eng"],
  ])("a language is that of elng %s, else of mdhd", async ([tag, language]) => {
    const layouts = [extended(tag ?? ""), withoutIsm, lostClientManifest];
    const { ismc, plan } = await mended(...layouts);
    expect(ismc).toMatch(new RegExp(`Name="audio"[^>]*Language="${language}"`));
    expect(plan.notes.join()).not.toMatch(/NaN/);
  });

  test("captions have a name of their language", async () => {
    const layouts = [textFile, withoutIsm, lostClientManifest];
    const { ismc } = await mended(...layouts);
    expect(ismc).toMatch(/Type="text"[^>]*Name="text_\w{3}"/);
  });
});
