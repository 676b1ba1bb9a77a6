import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = join(ROOT, "src");

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

const PAGES = [
  ...filesBelow(SOURCES)
    .filter((path) => basename(path) === "README.md")
    .map((path) => join("src", path)),
  "CONTRIBUTING.md",
].sort();

/** Files in backticks; NAME.ts stands for one to come. */
function filesNamedIn(page: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/`([\w./-]+\.ts)`/g)]
    .map((found) => found[1] ?? "")
    .filter((name) => !name.endsWith("NAME.ts"));
}

/** A path from the page, from src or from the root; a bare name lies in any room. */
function isThere(name: string, page: string): boolean {
  const folder = join(ROOT, dirname(page));
  if ([folder, SOURCES, ROOT].some((base) => existsSync(join(base, name))))
    return true;
  if (name.includes("/")) return false;
  return filesBelow(SOURCES).some((path) => basename(path) === name);
}

test.each(PAGES)("%s names only files that are there", (page) => {
  const missing = filesNamedIn(page).filter((name) => !isThere(name, page));
  expect(missing).toEqual([]);
});
