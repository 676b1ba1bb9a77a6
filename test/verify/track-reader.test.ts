import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { box, fullBox } from "../../src/isobmff/box.js";
import { concat, u32 } from "../../src/isobmff/bytes.js";
import { Findings } from "../../src/verify/finding.js";
import { openTrack } from "../../src/verify/track-reader.js";
import { tempFolder } from "../support/temp.js";

const scratch = tempFolder();
const NAME = "a.ismv";

/** The index of a file with a free box in front of it. */
async function indexOf(...tables: Uint8Array[]) {
  const body = concat(tables);
  const mfro = fullBox("mfro", 0, 0, u32(8 + body.length + 16));
  const file = concat([box("free"), box("mfra", body, mfro)]);
  writeFileSync(join(scratch, NAME), file);
  const findings = new Findings();
  const reader = await openTrack(scratch, NAME, 1, findings);
  await reader?.file.close();
  return { index: reader?.index, findings: findings.list() };
}

/** A tfra of 32 bits. ISO/IEC 14496-12 8.8.10 */
function tfra(trackId: number, lengths: number, count: number, rows: number[]) {
  const head = u32(trackId, lengths, count);
  return fullBox("tfra", 0, 0, head, Uint8Array.from(rows));
}

test("numbers of an index may have one to four bytes", async () => {
  // Two bytes for the traf, one for the trun, three for the sample.
  const lengths = (1 << 4) | 2;
  const rows = [
    ...[0, 0, 0, 9, 0, 0, 0, 8, 0, 1, 1, 0, 0, 1],
    ...[0, 0, 1, 0, 0, 0, 0, 8, 1, 2, 3, 0, 1, 0],
  ];
  const other = tfra(2, 0, 0, []);
  const { index } = await indexOf(other, tfra(1, lengths, 2, rows));
  expect([...(index?.time ?? [])]).toEqual([9n, 256n]);
  expect([...(index?.offset ?? [])]).toEqual([8, 8]);
  expect(index?.others.get(1)).toEqual([258, 3, 256]);
  expect((index?.others.get(0) ?? [1, 1, 1]).join(" ")).toBe("1 1 1");
});

test("a damaged table of another track is a finding, too", async () => {
  const good = tfra(1, 0, 1, [0, 0, 0, 0, 0, 0, 0, 8, 1, 1, 1]);
  const { index, findings } = await indexOf(good, tfra(2, 0, 5, []));
  expect(index).toBeUndefined();
  expect(JSON.stringify(findings)).toMatch(/tfra at \d+ is damaged/);
});
