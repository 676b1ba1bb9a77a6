import { join } from "node:path";
import { expect, test } from "vitest";
import { OpenFiles } from "../../src/serve/open-files.js";
import { loadPackage } from "../../src/serve/load-package.js";
import { notesOf } from "../../src/serve/package-notes.js";
import {
  foreign,
  gapInSound,
  lostClientManifest,
  soundBeginsAt,
  untold,
  type Layout,
} from "../foreign/layouts.js";
import { remake } from "../foreign/film-file.js";
import { replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();

const live: Layout = ({ ismc }) =>
  replaceText(
    ismc,
    "<SmoothStreamingMedia ",
    '<SmoothStreamingMedia IsLive="TRUE" ',
  );

/** The file lacks its second fragment. */
const lessInSound: Layout = ({ folder }) =>
  remake(join(folder, "clip_eng_48.isma"), ({ fragments, ...film }) => ({
    ...film,
    fragments: fragments.filter((_, i) => i !== 1),
  }));

const lessAnnounced: Layout = ({ ismc }) =>
  replaceText(
    ismc,
    /(Fragments\(audio=[^]*)<c [^>]*>(\s*<\/StreamIndex>)/,
    "$1$2",
  );

async function notes(...layouts: Layout[]): Promise<string[]> {
  const { folder, ism } = await foreign(parent, ...layouts);
  const files = new OpenFiles();
  const place = { root: folder, path: "clip", file: ism };
  const loaded = await loadPackage(place, files, new Map());
  for (const file of loaded.media) files.drop(file);
  return notesOf(loaded);
}

test("a package as we write it has no note", async () => {
  expect(await notes()).toEqual([]);
  expect(await notes(untold)).toEqual([]);
});

test("a gap is told with its place and length", async () => {
  const gap = "audio: nothing at 0:02, for 2.005 s. Players jump over it.";
  expect(await notes(gapInSound)).toEqual([gap]);
});

test("sound that begins late is told, and what other manifests have until then", async () => {
  expect(await notes(soundBeginsAt(15_000_000n))).toEqual([
    "audio: begins 1.5 s later than the film. DASH and HLS have silence until then.",
  ]);
});

test("a client manifest that announces what is not there is told, and one that leaves something out", async () => {
  expect(await notes(lessInSound)).toEqual([
    expect.stringMatching(/^audio: the client manifest announces a fragment /),
  ]);
  expect(await notes(lessAnnounced)).toEqual([
    expect.stringMatching(/^audio: the files have a fragment that /),
  ]);
});

test("a left-over IsLive is told, and a client manifest that was made", async () => {
  expect((await notes(live)).join("\n")).toMatch(/says IsLive/);
  expect((await notes(lostClientManifest)).join("\n")).toMatch(/made one/);
});
