import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { readStamp, stampText, type Stamp } from "../../src/output/stamp.js";
import { test } from "../support/scratch-folder.js";

const whole: Stamp = {
  version: "1.2.3",
  form: 2,
  source: "0".repeat(64),
  settings: "f".repeat(64),
  lost: [],
};

test.for<[string, Stamp]>([
  ["a whole source", whole],
  [
    "a damaged source, with its times to the last digit",
    {
      ...whole,
      lost: [
        { stream: "video", fromSeconds: 0, toSeconds: 1 / 3 },
        { stream: "video", fromSeconds: 6, toSeconds: 8 },
        { stream: "audio", fromSeconds: 1e-7, toSeconds: 8.02 },
      ],
    },
  ],
])("a stamp tells of %s", async ([, stamp], { scratch }) => {
  const ism = join(scratch, "film.ism");
  await writeFile(ism, `<!-- ${stampText(stamp)} -->`);
  expect(await readStamp(ism)).toEqual(stamp);
});

test("a stamp of a whole source has no word of losses", () => {
  expect(stampText(whole)).not.toContain("lost");
});
