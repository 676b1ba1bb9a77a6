import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["docs", "src", "test", "presets", "bench"];
const LONGEST_LINE = 120;

const PAGES = [
  ...readdirSync(ROOT),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), {
      recursive: true,
      encoding: "utf8",
    }).map((path) => join(folder, path)),
  ),
]
  .filter((path) => path.endsWith(".md") && !path.includes("node_modules"))
  .sort();

const read = (path: string) => readFileSync(path, "utf8");

/** Lines that are text: no code, no rows of tables. */
function proseOf(page: string): string[] {
  return read(join(ROOT, page))
    .replaceAll(/^```.*?^```$/gms, "")
    .split("\n")
    .filter((line) => !line.startsWith("|"));
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(path: string): string[] {
  const text = read(path).replaceAll(/^```.*?^```$/gms, "");
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function leadsNowhere(link: string, page: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = resolve(ROOT, path === "" ? page : join(dirname(page), path));
  if (!existsSync(target)) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

test.each(PAGES)("%s has links that lead somewhere", (page) => {
  const text = read(join(ROOT, page)).replaceAll(/^```.*?^```$/gms, "");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
  expect(links.filter((link) => leadsNowhere(link, page))).toEqual([]);
});

test.each(PAGES)("%s has no line of text that is too long", (page) => {
  const long = proseOf(page).filter((line) => line.length > LONGEST_LINE);
  expect(long).toEqual([]);
});

test("the README is a page that is read in one go", () => {
  expect(read(join(ROOT, "README.md")).split("\n").length).toBeLessThan(201);
});
