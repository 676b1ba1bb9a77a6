import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  launchBrowser,
  missingForBrowser,
  PLAYERS,
  type Browser,
  type Page,
} from "../outside/support/browser.js";

/** What the golden test compares letter by letter is looked at in a browser here. */
const PAGE = join(import.meta.dirname, "../golden/audience/cinema.html");
const missing = await missingForBrowser();
if (missing.length > 0)
  console.warn(`Skipped: the page in a browser, without ${missing.join(", ")}`);

describe.skipIf(missing.length > 0)("the page in a browser", () => {
  let browser: Browser;
  let page: Page;
  const said: string[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on("console", (message) => said.push(message.text()));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(PAGE).href);
  });
  afterAll(() => browser.close());

  test("loads nothing, and nothing of it is blocked", () => {
    expect(asked).toEqual([pathToFileURL(PAGE).href]);
    expect(said).toEqual([]);
  });

  test("runs no script, not one that somebody would have brought in", async () => {
    const add = `const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s); s.remove(); window.ran`;
    expect(await page.evaluate(add)).toBeUndefined();
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
      await page.evaluate(axeSource());
      const { violations } = (await page.evaluate("axe.run()")) as {
        violations: { id: string }[];
      };
      expect(violations.map(({ id }) => id)).toEqual([]);
    },
  );

  test("shows every plot as a table too", async () => {
    const [plots, tables] = (await page.evaluate(
      `[document.querySelectorAll("svg.plot").length, document.querySelectorAll("table").length]`,
    )) as number[];
    // Figures of packages are a table without a plot.
    expect(plots).toBe(12);
    expect(tables).toBe(13);
  });
});

function axeSource(): string {
  const require = createRequire(join(PLAYERS, "package.json"));
  return readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
}
