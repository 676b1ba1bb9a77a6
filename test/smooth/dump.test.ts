import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { expect } from "vitest";
import { dumpManifest, elementText } from "../../src/smooth/dump.js";
import { test } from "../support/scratch-folder.js";

test("equal fragments in a row are shown each", async ({ scratch }) => {
  const path = join(scratch, "film.ismc");
  const stream = '<StreamIndex><c d="2"/><c d="2"/><c d="1"/></StreamIndex>';
  await writeFile(
    path,
    `<SmoothStreamingMedia>${stream}</SmoothStreamingMedia>`,
  );
  const dumped = await dumpManifest(path);
  if (dumped === undefined) throw new Error("no manifest");
  expect(elementText(dumped).split("\n")).toEqual([
    "<SmoothStreamingMedia>",
    "  <StreamIndex>",
    ...['    <c> d="2"', '    <c> d="2"', '    <c> d="1"'],
  ]);
});
