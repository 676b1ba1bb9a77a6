import { afterAll, beforeAll, test as base } from "vitest";
import { missingForBrowser } from "../../outside/support/browser.js";
import { describeReader } from "../../support/programs.js";
import { servedFolder } from "./films.js";
import { serveFolder, type ServedFolder } from "./origin.js";
import { launchBrowser, PlayerPage, type Browser } from "./player-page.js";

const missing = await missingForBrowser();

/** What a test of the page has at hand. */
export interface Theatre {
  readonly browser: Browser;
  readonly origin: ServedFolder;
  /** The player's page of the film, opened anew. */
  readonly film: PlayerPage;
}

type PageTests = (test: ReturnType<typeof theatreTest>) => void;

/**
 * Tests in Chromium with the built command as origin; skipped where there is
 * no browser that plays H.264.
 */
export function describePage(name: string, tests: PageTests): void {
  describePageOf(servedFolder, name, tests);
}

/** The same of another folder. */
export function describePageOf(
  folder: () => Promise<string>,
  name: string,
  tests: PageTests,
): void {
  describeReader(`${name}, in Chromium`, missing, () => {
    const shared: { browser?: Browser; origin?: ServedFolder } = {};
    beforeAll(async () => {
      shared.origin = await serveFolder(await folder());
      shared.browser = await launchBrowser();
    });
    afterAll(async () => {
      await shared.browser?.close();
      await shared.origin?.close();
    });
    tests(theatreTest(shared));
  });
}

function theatreTest(shared: { browser?: Browser; origin?: ServedFolder }) {
  const given = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("beforeAll has not run");
    return value;
  };
  return base.extend<Theatre>({
    browser: async ({}, use) => use(given(shared.browser)),

    origin: async ({}, use) => use(given(shared.origin)),
    film: async ({ browser, origin }, use) => {
      const page = await PlayerPage.open(browser, `${origin.url}/play/film`);
      await use(page);
      await page.close();
    },
  });
}
