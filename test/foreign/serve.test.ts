import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tempFolder } from "../support/temp.js";
import { expectSentence, get, serving, witness } from "../serve/serving.js";
import {
  customAttributes,
  foreign,
  fragmentFolders,
  lostClientManifest,
  plainFiles,
  subfolder,
  type Layout,
} from "./layouts.js";

const parent = tempFolder();

/** Serves the fixture package in a layout, beside its fragments as we wrote them. */
async function served(...layouts: Layout[]) {
  const ours = await foreign(parent);
  const fragments = witness(ours.folder);
  const made = await foreign(parent, ...layouts);
  const { url } = await serving(made.folder);
  return { ...made, url, fragments };
}

describe("the origin gives the same bytes", () => {
  test.for<[string, Layout[]]>([
    ["a folder of fragments for each track", [fragmentFolders]],
    ["media in a subfolder", [subfolder]],
    ["a lost client manifest", [lostClientManifest]],
    ["both", [fragmentFolders, lostClientManifest]],
  ])("of %s", async ([, layouts]) => {
    const { url, fragments } = await served(...layouts);
    expect(fragments.length).toBeGreaterThan(8);
    for (const { path, bytes } of fragments) {
      const got = await get(url + path);
      expect(got.status).toBe(200);
      expect(got.bytes.equals(bytes)).toBe(true);
      const etag = got.headers.get("etag") ?? "";
      const again = await get(url + path, { "If-None-Match": etag });
      expect(again.status).toBe(304);
      // For DASH and HLS with a tfdt of 20 bytes.
      const segment = await get(`${url}${path}.m4s`);
      expect(segment.status).toBe(200);
      expect(segment.bytes.length).toBe(bytes.length + 20);
    }
    const mpd = (await get(`${url}/clip.ism/manifest.mpd`)).text;
    const bandwidths = [...mpd.matchAll(/bandwidth="(\d+)"/g)];
    expect(bandwidths.length).toBeGreaterThan(1);
    for (const [, bandwidth] of bandwidths)
      expect(Number(bandwidth)).toBeLessThan(1e7);
    const { text } = await get(`${url}/api/packages/clip`);
    const { streams } = JSON.parse(text) as {
      streams: { levels: { sizes: number[] }[] }[];
    };
    const sizes = streams.flatMap(({ levels }) =>
      levels.flatMap((level) => level.sizes),
    );
    const all = (numbers: number[]) => numbers.sort((a, b) => a - b);
    expect(all(sizes)).toEqual(all(fragments.map(({ bytes }) => bytes.length)));
  });
});

test("of a folder of fragments, each has its own ETag", async () => {
  const { url, fragments } = await served(fragmentFolders);
  const tags = new Set<string | null>();
  for (const { path } of fragments)
    tags.add((await get(url + path)).headers.get("etag"));
  expect(tags.size).toBe(fragments.length);
});

test("levels of one bitrate are reached by their custom attributes", async () => {
  const { url, folder } = await served(customAttributes);
  const { text } = await get(`${url}/clip.ism/Manifest`);
  const bitrate = /Index="0" Bitrate="(\d+)"/.exec(text)?.[1];
  const mpd = (await get(`${url}/clip.ism/manifest.mpd`)).text;
  for (const [i, file] of ["clip_60.ismv", "clip_25.ismv"].entries()) {
    const level = `QualityLevels(${bitrate},hardwareProfile=${i + 1})`;
    expect(mpd).toContain(`<BaseURL>${level}/</BaseURL>`);
    const got = await get(`${url}/clip.ism/${level}/Fragments(video=0)`);
    expect(got.status).toBe(200);
    expect(readFileSync(join(folder, file)).includes(got.bytes)).toBe(true);
  }
});

test("a client manifest that is made has an ETag, and goes when the lost one is back", async () => {
  const { url, ismc } = await served(lostClientManifest);
  const address = `${url}/clip.ism/Manifest`;
  const made = await get(address);
  expect(made.status).toBe(200);
  expect(made.text).toMatch(/<StreamIndex Type="video"[^]*FourCC="H264"/);
  const etag = made.headers.get("etag") ?? "";
  const again = await get(address, { "If-None-Match": etag });
  expect(again.status).toBe(304);
  writeFileSync(
    ismc,
    made.text.replace('MinorVersion="0"', 'MinorVersion="2"'),
  );
  await expect
    .poll(async () => (await get(address)).text)
    .toContain('MinorVersion="2"');
});

test("plain files are refused, with the way to make a package of them", async () => {
  const { url } = await served(plainFiles);
  const got = await get(`${url}/clip.ism/Manifest`);
  expectSentence(got, 500);
  expect(got.text).toMatch(
    /video-0\.mp4: is an MP4 that is not cut .*mss-pack mux/,
  );
});
