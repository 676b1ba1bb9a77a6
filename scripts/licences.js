// Writes the licences of the libraries in our bundles.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LINE = `\n\n${"-".repeat(72)}\n\n`;

/** Folders of the packages in an esbuild bundle. */
export function bundledFolders(metafile) {
  const folders = Object.keys(metafile.inputs).flatMap(
    (path) =>
      /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.slice(1) ?? [],
  );
  return [...new Set(folders)].sort();
}

/** Names, versions and licences of packages, each text once. */
export function licences(title, folders, ...more) {
  const titles = new Map();
  for (const folder of folders) {
    const { name, version, license, licenses } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    const text = licenceText(folder) ?? "No text in the package.";
    // Older packages have a list of licences.
    const terms = license ?? licenses?.map(({ type }) => type).join(", ");
    const line = `${name} ${version} (${terms})`;
    titles.set(text, [...(titles.get(text) ?? []), line]);
  }
  const parts = [...titles].map(
    ([text, lines]) => `${lines.join("\n")}\n\n${text}`,
  );
  return `${[title, ...parts, ...more].join(LINE)}\n`;
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) =>
    /^(licen[cs]e|copying)/i.test(name),
  );
  return file && readFileSync(join(folder, file), "utf8").trim();
}
