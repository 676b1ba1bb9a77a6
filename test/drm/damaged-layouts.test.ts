import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { PackError } from "../../src/errors.js";
import { protectMedia } from "../../src/pipeline/protect-media.js";
import { clearMedia } from "../../src/pipeline/clear-copy.js";
import { mutateBoxes } from "../fuzz/mutate-boxes.js";
import { Random } from "../fuzz/random.js";
import { tempFolder } from "../support/temp.js";
import { readSources, writePackage, type Source } from "./layouts/package.js";
import type { Layout } from "./layouts/write-file.js";
import { KEY, KID, REQUEST } from "./package.js";

const root = tempFolder();
let source: Source;
beforeAll(async () => {
  source = await readSources(root);
});

const encryption = { kid: Buffer.from(KID), key: Buffer.from(KEY) };

const LAYOUTS: [string, Layout][] = [
  ["as Expression Encoder laid it out", {}],
  [
    "with a base-data-offset and three truns",
    {
      ...{ base: "media", truns: 3, oneOffset: true, index: "long" },
    },
  ],
  [
    "with defaults in trex, and no index",
    {
      ...{ durations: "trex", index: "none", between: true },
    },
  ],
];

const MUTANTS = 150;

/** Words of the language and its engine about bytes that were read: they help nobody. */
const ENGINE_WORDS =
  /outside the bounds|out of (?:range|bounds)|Invalid (?:typed )?(?:array|string)|is not (?:a function|iterable|defined)|of undefined/;

/** How many mutants of a file are refused; each with one line of our own words. */
async function refused(
  ism: string,
  work: (path: string, folder: string) => Promise<unknown>,
): Promise<number> {
  const path = join(ism, "../clip.ismv");
  const right = readFileSync(path);
  let count = 0;
  for (let i = 0; i < MUTANTS; i++) {
    writeFileSync(path, mutateBoxes(right, new Random(20_263, i)));
    const fault = await work(path, mkdtempSync(join(root, "out-"))).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (fault === undefined) continue;
    count++;
    expect(fault, `mutant ${i}`).toBeInstanceOf(PackError);
    const { message } = fault as PackError;
    expect(message, `mutant ${i}`).not.toMatch(/\n/);
    expect(message, `mutant ${i}`).not.toMatch(ENGINE_WORDS);
  }
  return count;
}

const to = (folder: string) => ({
  ...{ folder, fsync: false, signal: undefined },
  onWritten: () => undefined,
});

const mediaAt = (path: string) => [{ file: "clip.ismv", path, isText: false }];

test.each(LAYOUTS)(
  "a damaged file of three tracks is protected, or refused in one line, %s",
  async (_, layout) => {
    const ism = writePackage(root, source, layout);
    const count = await refused(ism, (path, folder) =>
      protectMedia(mediaAt(path), REQUEST, to(folder)),
    );
    expect(count).toBeGreaterThan(MUTANTS / 4);
    expect(count).toBeLessThan(MUTANTS);
  },
);

test.each(LAYOUTS)(
  "a damaged file of three encrypted tracks is unprotected, or refused in one line, %s",
  async (_, layout) => {
    const ism = writePackage(root, source, { ...layout, encryption });
    const count = await refused(ism, (path, folder) =>
      clearMedia(mediaAt(path), REQUEST.contentKey, to(folder)),
    );
    expect(count).toBeGreaterThan(MUTANTS / 4);
    expect(count).toBeLessThan(MUTANTS);
  },
);
