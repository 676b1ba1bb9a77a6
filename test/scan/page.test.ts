import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pageFile } from "../../src/scan/report-file.js";
import type { ScanRow } from "../../src/scan/row.js";
import { ScanCounter } from "../../src/scan/total.js";
import {
  launchBrowser,
  missingForBrowser,
  PLAYERS,
  type Browser,
  type Page,
} from "../outside/support/browser.js";
import { tempFolder } from "../support/temp.js";
import { ROW } from "./rows.js";

const missing = await missingForBrowser();
if (missing.length > 0)
  console.warn(`Skipped: the page in a browser, without ${missing.join(", ")}`);

const FAULT = { rule: "timeline", message: "a gap of 2 s" };
const EVIL = '<script>window.ran = true</script><img src=x onerror="ran = 1">';
const KEY = {
  system: "PlayReady",
  keyId: "09e091ab-f838-41d2-9e35-58531fd19ec7",
};

/** Ten lengths, so that no order by text is one by number. */
const ROWS: readonly ScanRow[] = [
  { ...ROW, package: "b/large.ism", bytes: 2e10, faults: [FAULT] },
  { ...ROW, package: "a/small.ism", bytes: 9e8, protection: KEY, captions: [] },
  { ...ROW, package: EVIL, bytes: 1e3, maker: "unknown", problem: "is lost" },
];

const parent = tempFolder();

async function writePage(): Promise<string> {
  const path = join(parent, "archive.html");
  const page = await pageFile(path);
  const counter = new ScanCounter();
  for (const row of ROWS) {
    counter.add(row);
    await page.add(row);
  }
  const remarks = ["x: is a link that leads nowhere."];
  const facts = { folder: "/archive", remarks, version: "1.2.3" };
  await page.finish({ ...facts, total: counter.total() });
  await page.close();
  return pathToFileURL(path).href;
}

describe.skipIf(missing.length > 0)("the page in a browser", () => {
  let browser: Browser;
  let page: Page;
  let url: string;
  const said: string[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    url = await writePage();
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on("console", (message) => said.push(message.text()));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(url);
  });
  afterAll(() => browser.close());

  const shown = async () =>
    page.evaluate(
      `[...document.querySelectorAll("#packages tbody tr:not([hidden]) th")].map((th) => th.firstChild.textContent.trim().slice(0, 7))`,
    );
  const told = async () =>
    page.evaluate(`document.querySelector("#told").textContent`);
  const sortBy = async (name: string) =>
    page.evaluate(
      `[...document.querySelectorAll("#packages thead button")].find((one) => one.textContent === "${name}").click()`,
    );

  test("loads nothing, nothing of it is blocked, and no name runs", async () => {
    expect(asked).toEqual([url]);
    expect(said).toEqual([]);
    expect(await page.evaluate("window.ran")).toBeUndefined();
    expect(await page.evaluate("document.images.length")).toBe(0);
  });

  test("runs no script that somebody would have brought in", async () => {
    const add = `const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s); s.remove(); window.ran`;
    expect(await page.evaluate(add)).toBeUndefined();
  });

  test("sorts by numbers and by names, up and down", async () => {
    await sortBy("Size");
    expect(await shown()).toEqual(["<script", "a/small", "b/large"]);
    await sortBy("Size");
    expect(await shown()).toEqual(["b/large", "a/small", "<script"]);
    await sortBy("Package");
    expect(await shown()).toEqual(["<script", "a/small", "b/large"]);
  });

  test("filters by words, by state and by maker, together", async () => {
    expect(await told()).toBe("3 of 3 packages");
    await page.fill("#search", "ism H264");
    expect(await shown()).toEqual(["a/small", "b/large"]);
    await page.selectOption("#only", { label: "with faults" });
    expect(await shown()).toEqual(["b/large"]);
    await page.fill("#search", "");
    expect(await shown()).toEqual(["<script", "b/large"]);
    await page.selectOption("#maker", { label: "unknown" });
    expect(await shown()).toEqual(["<script"]);
    expect(await told()).toBe("1 of 3 packages");
    await page.selectOption("#only", { label: "without captions" });
    expect(await shown()).toEqual([]);
    for (const filter of ["#only", "#maker"])
      await page.selectOption(filter, { label: "all" });
    expect(await told()).toBe("3 of 3 packages");
  });

  test.each([1200, 360])("fits a screen of %d pixels", async (width) => {
    await page.setViewportSize({ width, height: 800 });
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    expect(wide).toBe(width);
  });

  test.each(["light", "dark"] as const)(
    "has no fault of accessibility that axe finds, %s",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      for (const width of [1200, 360]) {
        await page.setViewportSize({ width, height: 800 });
        await page.evaluate(axeSource());
        const { violations } = (await page.evaluate("axe.run()")) as {
          violations: { id: string }[];
        };
        expect(violations.map(({ id }) => id)).toEqual([]);
      }
    },
  );
});

function axeSource(): string {
  const require = createRequire(join(PLAYERS, "package.json"));
  return readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
}
