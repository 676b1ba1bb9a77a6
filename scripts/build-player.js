// Builds the pages of `mss-pack serve` into dist/player/: dash.js and our own
// code as one file each, and the licences of what is bundled.
import { build } from "esbuild";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src", "player");
const out = join(root, "dist", "player");
const dash = join(root, "node_modules", "dashjs");

await build({
  entryPoints: ["list.ts", "play.ts", "styles/list.css", "styles/play.css"].map(
    (file) => join(source, file),
  ),
  entryNames: "[name]",
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16"],
  // Without DRM and reporting, which this page does not do.
  alias: {
    dashjs: join(dash, "dist", "modern", "esm", "dash.mediaplayer.min.js"),
    "dashjs/mss": join(dash, "dist", "modern", "esm", "dash.mss.min.js"),
  },
  // The licences are in a file of their own.
  legalComments: "none",
  logLevel: "warning",
});

mkdirSync(out, { recursive: true });
for (const file of ["index.html", "play.html", "icon.svg"])
  copyFileSync(join(source, file), join(out, file));
writeFileSync(join(out, "LICENSES.txt"), licences());

/** The licence texts of dash.js and of what its bundle holds, each text once. */
function licences() {
  const texts = new Map();
  for (const name of bundled()) {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    const text = licenceText(folder);
    const title = `${name} ${version} (${license})`;
    texts.set(text, [...(texts.get(text) ?? []), title]);
  }
  const parts = [...texts].map(
    ([text, titles]) => `${titles.join("\n")}\n\n${text}`,
  );
  parts.push(readFileSync(join(source, "polyfills.txt"), "utf8").trim());
  const line = `\n\n${"-".repeat(72)}\n\n`;
  return `What play.js is made of, beside mss-pack itself (MIT).${line}${parts.join(line)}\n`;
}

function bundled() {
  const scope = readdirSync(join(root, "node_modules", "@svta"));
  return [
    ...["dashjs", ...scope.map((name) => `@svta/${name}`)],
    ...["codem-isoboxer", "imsc", "sax"],
    ...["bcp-47-match", "fast-deep-equal", "path-browserify"],
  ];
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) =>
    /^licen[cs]e(\.\w+)?$/i.test(name),
  );
  if (file === undefined) throw new Error(`No licence text in ${folder}`);
  return readFileSync(join(folder, file), "utf8").trim();
}
