import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { expect, test } from "vitest";

const STYLES = fileURLToPath(
  new URL("../../src/player/styles", import.meta.url),
);

/** A page has several sheets: a class of two would get the rules of both. */
test("no class is styled by itself in two sheets", () => {
  const sheetsOf = new Map<string, Set<string>>();
  for (const sheet of readdirSync(STYLES).filter((name) => /css$/.test(name))) {
    const rules = readFileSync(join(STYLES, sheet), "utf8");
    for (const [, name = ""] of rules.matchAll(/^\.([\w-]+) \{/gm))
      sheetsOf.set(name, (sheetsOf.get(name) ?? new Set()).add(sheet));
  }
  const shared = [...sheetsOf].filter(([, sheets]) => sheets.size > 1);
  expect(sheetsOf.size).toBeGreaterThan(20);
  expect(shared.map(([name]) => name)).toEqual([]);
});
