import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  foreign,
  indexless,
  untold,
  type ForeignPackage,
  type Layout,
} from "../foreign/layouts.js";
import { payloadOf } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import { get, serving, witness } from "./serving.js";

const parent = tempFolder();

const FILE = "clip_60.ismv";

/** Rows of a tfra as we write it: time and place of 8 bytes each, and three bytes. */
const ROW = 19;

/** Changes the tfra of the higher rung. */
const inIndex =
  (change: (rows: Buffer, tfra: Buffer) => void): Layout =>
  ({ folder }) => {
    const path = join(folder, FILE);
    const bytes = readFileSync(path);
    const tfra = bytes.subarray(payloadOf(bytes, "tfra"));
    change(tfra.subarray(16, 16 + ROW * tfra.readUInt32BE(12)), tfra);
    writeFileSync(path, bytes);
  };

function place(rows: Buffer, i: number): bigint {
  return rows.readBigUInt64BE(ROW * i + 8);
}

const put = (rows: Buffer, i: number, value: bigint) =>
  rows.writeBigUInt64BE(value, ROW * i + 8);

const moved = (i: number) =>
  inIndex((rows) => put(rows, i, place(rows, i) + 8n));

const beyond = inIndex((rows) => put(rows, 2, 1n << 40n));

const swapped = inIndex((rows) => {
  const [first, second] = [place(rows, 0), place(rows, 1)];
  put(rows, 0, second);
  put(rows, 1, first);
});

/** Each row leads to the fragment before its own, but for the first. */
const late = inIndex((rows) => {
  put(rows, 2, place(rows, 1));
  put(rows, 1, place(rows, 0));
});

const ofOther = inIndex((_, tfra) => tfra.writeUInt32BE(7, 4));
const short = inIndex((_, tfra) => tfra.writeUInt32BE(2, 12));
const damaged = inIndex((_, tfra) => tfra.writeUInt32BE(0xffffffff, 12));

async function served(made: ForeignPackage) {
  const { url } = await serving(made.folder);
  return {
    url,
    notes: async () => {
      const { text } = await get(`${url}/api/packages/clip`);
      return (JSON.parse(text) as { notes: string[] }).notes;
    },
  };
}

describe("a package with a wrong index plays, and is told", () => {
  test.for<[string, Layout, RegExp]>([
    ["the first row leads astray", moved(0), /where no fragment of track 1/],
    ["the last row leads astray", moved(2), /where no fragment of track 1/],
    ["it leads beyond the end", beyond, /leads to byte 1099511627776/],
    ["two rows are swapped", swapped, /order of its fragments/],
    ["rows are late by one", late, /leaves fragments out|another fragment/],
    ["it is of another track", ofOther, /has no fragment of track 1/],
    ["it ends too early", short, /leaves fragments out/],
    ["it is damaged", damaged, /is damaged \(tfra claims 4294967295/],
    ["it is missing", indexless, /is missing/],
  ])("%s", async ([, layout, says]) => {
    const fragments = witness((await foreign(parent)).folder);
    for (const layouts of [[layout], [untold, layout]]) {
      const made = await foreign(parent, ...layouts);
      const { url, notes } = await served(made);
      const told = (await notes()).filter((note) => note.startsWith(FILE));
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(says);
      for (const { path, bytes } of fragments) {
        const got = await get(url + path);
        expect(got.status).toBe(200);
        if (layouts.length === 1) expect(got.bytes.equals(bytes)).toBe(true);
      }
    }
  });
});
