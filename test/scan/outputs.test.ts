import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { scanCsvHead, scanCsvRow } from "../../src/scan/csv.js";
import { eachInOrder } from "../../src/scan/in-order.js";
import { csvFile, pageFile } from "../../src/scan/report-file.js";
import type { ScanRow } from "../../src/scan/row.js";
import { ScanCounter } from "../../src/scan/total.js";
import {
  pictureText,
  playsText,
  protectionText,
  soundText,
} from "../../src/scan/words.js";
import { test } from "../support/scratch-folder.js";
import { ROW } from "./rows.js";

const MEND = { id: "mfra-missing", wrong: "no index", mend: "writes it" };
const FAILURE = { client: "vlc", rule: "client-x", message: "stops" } as const;
const FAULT = { rule: "timeline", message: "a gap" };

describe("CSV", () => {
  const cells = (row: ScanRow) => scanCsvRow(row).slice(0, -2).split(",");

  test("has a cell for each column, as RFC 4180 wants it", () => {
    expect(cells(ROW)).toHaveLength(scanCsvHead().split(",").length);
    expect(scanCsvRow(ROW)).toMatch(
      /^films\/heron\.ism,ism,,Expression Encoder,Created with it,60,1500000,4,h264,2,1920,1080,5000000,aac,eng,deu,,,,,,,\r\n$/,
    );
  });

  test("keeps names in their cell, and makes a formula a text", () => {
    const named = (name: string) =>
      scanCsvRow({ ...ROW, package: name }).replace(/,ism,.*\r\n/s, "");
    expect(named('a,"b".ism')).toBe('"a,""b"".ism"');
    expect(named("=1+1.ism")).toBe("'=1+1.ism");
    expect(named("two\nlines.ism")).toBe('"two\nlines.ism"');
  });
});

test("totals count a package once for each name", () => {
  const counter = new ScanCounter();
  counter.add(ROW);
  counter.add({
    ...{ ...ROW, maker: "unknown", faults: [FAULT] },
    ...{ mends: [MEND], clients: [FAILURE, FAILURE] },
    protection: { system: "PlayReady", keyId: null },
  });
  counter.add({ ...ROW, problem: "is not a manifest", video: [] });
  expect(counter.total()).toEqual({
    ...{ packages: 3, duration: 1_800_000_000, bytes: 4_500_000, files: 12 },
    ...{ faulty: 2, unreadable: 1, protected: 1, captioned: 3 },
    makers: { "Expression Encoder": 2, unknown: 1 },
    codecs: { aac: 3, ttml: 3, h264: 2 },
    languages: { deu: 3, eng: 3 },
    faults: { timeline: 1 },
    ...{ mendable: 1, mends: { "mfra-missing": 1 }, clients: { VLC: 1 } },
  });
});

test("totals of endless names take no endless memory", () => {
  const counter = new ScanCounter();
  for (let i = 0; i < 500; i++)
    counter.add({ ...ROW, captions: [{ codec: `x${i}`, language: "und" }] });
  const { codecs } = counter.total();
  expect(Object.keys(codecs).length).toBeLessThan(210);
  expect(codecs["others"]).toBeGreaterThan(250);
});

test("words of a row", () => {
  expect(pictureText(ROW)).toBe("h264 1920x1080, 2 rungs, 800-5000 kbit/s");
  expect(pictureText({ ...ROW, video: [] })).toBe("");
  expect(soundText(ROW)).toBe("aac eng");
  expect(playsText(ROW)).toBe("9/9");
  expect(playsText({ ...ROW, clients: [FAILURE, FAILURE] })).toBe("8/9");
  expect(playsText({ ...ROW, clients: null })).toBe("");
  const keyId = "09e091ab-f838-41d2-9e35-58531fd19ec7";
  const protection = { system: "PlayReady", keyId };
  expect(protectionText({ ...ROW, protection })).toBe(`PlayReady ${keyId}`);
  const hidden = { ...ROW, protection: { system: null, keyId: null } };
  expect(protectionText(hidden)).toBe("encrypted");
});

describe("reports", () => {
  const facts = {
    ...{ folder: "/archive", total: new ScanCounter().total() },
    ...{ remarks: ["<b>: gone."], version: "1.2.3" },
  };

  test("appear when they are whole, and leave nothing beside them", async ({
    scratch,
  }) => {
    const csv = await csvFile(join(scratch, "a.csv"));
    const page = await pageFile(join(scratch, "a.html"));
    for (const file of [csv, page]) await file.add(ROW);
    expect(readdirSync(scratch).filter((name) => !/new$/.test(name))).toEqual(
      [],
    );
    for (const file of [csv, page]) {
      await file.finish(facts);
      await file.close();
    }
    expect(readdirSync(scratch).sort()).toEqual(["a.csv", "a.html"]);
  });

  test("that are not finished leave nothing", async ({ scratch }) => {
    const page = await pageFile(join(scratch, "a.html"));
    await page.add(ROW);
    await page.close();
    expect(readdirSync(scratch)).toEqual([]);
  });

  test("a page shows names as text", async ({ scratch }) => {
    const path = join(scratch, "a.html");
    const page = await pageFile(path);
    const name = '<script>alert("1")</script>&.ism';
    await page.add({
      ...ROW,
      package: name,
      faults: [{ rule: "x", message: name }],
    });
    await page.finish(facts);
    await page.close();
    const html = readFileSync(path, "utf8");
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain(
      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;.ism",
    );
    expect(html).toContain("&lt;b&gt;: gone.");
    expect(html).toContain("default-src &#39;none&#39;");
  });
});

test("work on several items keeps their order, and ends with its first failure", async () => {
  async function* items() {
    yield* [30, 1, 20, 2];
    await Promise.resolve();
  }
  let most = 0;
  let running = 0;
  const work = async (turns: number) => {
    most = Math.max(most, ++running);
    for (let i = 0; i < turns; i++) await Promise.resolve();
    running--;
    if (turns === 20) throw new Error("twenty");
    return turns;
  };
  const done: number[] = [];
  await expect(
    (async () => {
      for await (const one of eachInOrder(items(), 3, work)) done.push(one);
    })(),
  ).rejects.toThrow("twenty");
  expect(done).toEqual([30, 1]);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(3);
  expect(running).toBe(0);
});
