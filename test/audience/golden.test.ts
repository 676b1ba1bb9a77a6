import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { audienceCsv } from "../../src/audience/audience-report.js";
import { audiencePage } from "../../src/audience/page/page.js";
import { readAudience } from "../../src/audience/read-audience.js";
import { audienceText } from "../../src/cli/audience-text.js";
import { chunks } from "../support/access-log.js";

/**
 * An evening in all formats, told in logs/README.md. Refresh with
 * `npm run test:update`, and read the difference before you keep it.
 */
const LOG = join(import.meta.dirname, "logs", "cinema.log");
const bytes = chunks(readFileSync(LOG));
const report = await readAudience([{ name: "cinema.log", bytes }]);
const golden = (name: string) => join("..", "golden", "audience", name);

test("the table", async () => {
  await expect(`${audienceText(report)}\n`).toMatchFileSnapshot(
    golden("cinema.txt"),
  );
});

test("the JSON", async () => {
  await expect(`${JSON.stringify(report, undefined, 2)}\n`).toMatchFileSnapshot(
    golden("cinema.json"),
  );
});

test("the CSV", async () => {
  await expect(audienceCsv(report)).toMatchFileSnapshot(golden("cinema.csv"));
});

test("the page", async () => {
  await expect(audiencePage(report, "0.1.0")).toMatchFileSnapshot(
    golden("cinema.html"),
  );
});
