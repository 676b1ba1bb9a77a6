import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CONFIGURATIONS } from "./support/caches.js";

test.each(await readdir(CONFIGURATIONS))(
  "docs/hosting.md shows %s as it is tested",
  async (name) => {
    const document = await readFile(`${CONFIGURATIONS}.md`, "utf8");
    const text = await readFile(join(CONFIGURATIONS, name), "utf8");
    expect(document).toContain(`\n${text}\`\`\`\n`);
    expect(document).toContain(`(hosting/${name})`);
  },
);
