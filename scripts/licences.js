// The licences of the libraries that esbuild has put into a bundle.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @returns text: each package's name and version, and the licence it brings */
export function licencesOf(metafile) {
  const folders = Object.keys(metafile.inputs).flatMap(
    (path) =>
      /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.slice(1) ?? [],
  );
  return [...new Set(folders)].sort().map(licenceOf).join("\n");
}

function licenceOf(folder) {
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  const { name, version, license } = JSON.parse(manifest);
  const file = readdirSync(folder).find((file) =>
    /^(licen[cs]e|copying)/i.test(file),
  );
  const text =
    file === undefined
      ? `Licence as its package.json names it: ${license}\n`
      : readFileSync(join(folder, file), "utf8");
  return `${name} ${version}\n\n${text.trim()}\n\n${"-".repeat(72)}\n`;
}
