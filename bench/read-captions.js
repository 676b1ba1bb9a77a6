// Reads so many caption files and cuts them for a film of three hours, as a run of
// mss-pack does: one after another, each document gone when it is written. Tells
// nothing: time and peak are measured from outside.
import { readFile } from "node:fs/promises";
import { closeSync, openSync, writeSync } from "node:fs";
import { readCaptions } from "../dist/captions/read-captions.js";
import { cutIntoFragments } from "../dist/captions/write-ttml.js";

const TICKS = 10_000_000;
const [out = "", ...paths] = process.argv.slice(2);
const grid = Array.from({ length: 5400 }, (_, i) => ({
  time: i * 2 * TICKS,
  duration: 2 * TICKS,
}));
const all = [];
for (const path of paths)
  all.push(await readCaptions(await readFile(path), path));
for (const { cues } of all) {
  const file = openSync(out, "w");
  for (const bytes of cutIntoFragments(cues, grid, { language: "eng" }))
    writeSync(file, bytes);
  closeSync(file);
}
