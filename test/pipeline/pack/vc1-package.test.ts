import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import {
  mux,
  pack,
  plan,
  planRepair,
  scan,
  serve,
} from "../../../src/index.js";
import { faultsIn } from "../../../src/verify/finding.js";
import { verify } from "../../../src/verify/verify.js";
import { findTools } from "../../../src/ffmpeg/find.js";
import { readSource } from "../../drm/layouts/source.js";
import { withEntry } from "../../drm/layouts/with-entry.js";
import { writeFile } from "../../drm/layouts/write-file.js";
import { foreign, FILES, type Layout } from "../../foreign/layouts.js";
import {
  vc1Entry,
  vc1Headers,
  vc1KeyPicture,
  vc1SkippedPicture,
} from "../../foreign/vc1.js";
import { replaceText } from "../../support/patch.js";
import { tempFolder } from "../../support/temp.js";

const root = tempFolder();
const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  "clip_60.ismv": [320, 180],
  "clip_25.ismv": [160, 90],
};
const WORDS = /mux cannot copy video vc-1/;
let ism = "";

/** The pictures in VC-1, as Expression Encoder 2 wrote them: WVC1 in the client manifest. */
const inVc1: Layout = ({ folder, ismc }) => {
  for (const file of FILES) {
    const size = SIZES[file];
    if (size === undefined) continue;
    const source = readSource(join(folder, file));
    const key = Buffer.concat([vc1Headers(...size), vc1KeyPicture(...size)]);
    const fragments = source.fragments.map(({ time, samples }) => ({
      time,
      samples: samples.map((sample, i) => ({
        ...{ ...sample, compositionOffset: 0 },
        bytes: i === 0 ? key : vc1SkippedPicture(),
      })),
    }));
    const trak = withEntry(source.trak, vc1Entry(...size));
    writeFileSync(
      join(folder, file),
      writeFile([{ ...source, trak, fragments }], {
        time: "tfxd",
        index: "long",
      }),
    );
  }
  const data = vc1Headers(320, 180).toString("hex").toUpperCase();
  replaceText(
    ismc,
    /FourCC="H264"([^>]*)CodecPrivateData="\w*"/g,
    `FourCC="WVC1"$1CodecPrivateData="${data}"`,
  );
};

beforeAll(async () => {
  mkdirSync(join(root, "share"));
  ({ ism } = await foreign(join(root, "share"), inVc1));
});

test("VC-1 is encoded, and the plan says why", async () => {
  const { notes } = await plan(ism);
  expect(notes.join()).toMatch(WORDS);
  const output = join(root, "new");
  const made = await pack(ism, { output });
  expect(made.durationSeconds).toBeCloseTo(5.12, 1);
  const { findings } = await verify(made.manifest);
  expect(findings).toEqual([]);
  expect(readdirSync(output).filter((name) => /ismv$/.test(name))).not.toEqual(
    [],
  );
});

test("mux and repair refuse it with what helps", async () => {
  const hint = expect.stringContaining("mss-pack") as string;
  const refused = mux([ism], { output: join(root, "no") });
  await expect(refused).rejects.toMatchObject({ code: "unsupported", hint });
  const { obstacles } = await planRepair(ism);
  expect(obstacles[0]).toMatchObject({
    id: "codec",
    why: expect.stringMatching(/vc-1/) as string,
  });
});

test("verify decodes it, and finds no fault in it", async () => {
  const tools = await findTools({});
  const { findings } = await verify(ism, { decodeWith: tools });
  expect(faultsIn(findings)).toEqual([]);
});

test("scan names the codec", async () => {
  const rows = [];
  for await (const row of scan(join(root, "share"))) rows.push(row);
  expect(rows).toMatchObject([{ problem: null, faults: [] }]);
  expect(JSON.stringify(rows)).toMatch(/vc-?1/i);
});

test("serve gives its fragments to players of Smooth Streaming", async () => {
  const origin = await serve(join(root, "share"), { port: 0 });
  try {
    const path = ism.slice(join(root, "share").length);
    const manifest = await fetch(
      new URL(`${path}/Manifest`.slice(1), origin.url),
    );
    const text = await manifest.text();
    expect(text).toContain('FourCC="WVC1"');
    const bitrate = /Bitrate="(\d+)"/.exec(text)?.[1];
    const address = `${path}/QualityLevels(${bitrate})/Fragments(video=0)`;
    const fragment = await fetch(new URL(address.slice(1), origin.url));
    expect(fragment.status).toBe(200);
    const mpd = await fetch(
      new URL(`${path}/manifest.mpd`.slice(1), origin.url),
    );
    expect(await mpd.text()).not.toMatch(/avc1/);
  } finally {
    await origin.close();
  }
});
