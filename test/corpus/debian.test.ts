import { copyFileSync, existsSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { tempFolder } from "../support/temp.js";
import { runRow } from "./run-row.js";
import { FROM_DEBIAN } from "./rows/debian.js";

const folder = tempFolder();

for (const { aptPackage, root, rows } of FROM_DEBIAN) {
  const isThere = existsSync(root);
  const title = isThere
    ? `real files of ${aptPackage}`
    : `real files of ${aptPackage} (skipped: apt-get install ${aptPackage})`;
  if (!isThere) console.warn(title);
  describe.skipIf(!isThere)(title, () => {
    for (const { from, ...row } of rows)
      test.concurrent(row.name, async () => {
        const make = (path: string) =>
          Promise.resolve(copyFileSync(join(root, from), path));
        await runRow({ ...row, make }, mkdtempSync(join(folder, "row-")));
      });
  });
}
