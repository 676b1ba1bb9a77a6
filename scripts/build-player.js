// Builds the pages of `mss-pack serve` into dist/player/: dash.js and our own code as one file each,
// and the licences of the bundled packages.
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
import { licences } from "./licences.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src", "player");
const out = join(root, "dist", "player");
const dash = join(root, "node_modules", "dashjs");

/** The same for all pages. */
const options = {
  entryNames: "[name]",
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16"],
  // Without DRM and reporting, which this page does not use.
  alias: {
    dashjs: join(dash, "dist", "modern", "esm", "dash.mediaplayer.min.js"),
    "dashjs/mss": join(dash, "dist", "modern", "esm", "dash.mss.min.js"),
  },
  // The licences are in a file of their own.
  legalComments: "none",
  logLevel: "warning",
};

const filesOf = (...names) => names.map((name) => join(source, name));
await build({
  ...options,
  entryPoints: filesOf(
    "list.ts",
    "play.ts",
    "styles/list.css",
    "styles/play.css",
    "styles/watch.css",
  ),
});
// A viewer of one player does not load the other one.
await build({
  ...options,
  entryPoints: filesOf("watch.ts"),
  chunkNames: "watch-[name]-[hash]",
  splitting: true,
});

mkdirSync(out, { recursive: true });
for (const file of ["index.html", "play.html", "watch.html", "icon.svg"])
  copyFileSync(join(source, file), join(out, file));
writeFileSync(
  join(out, "LICENCES.txt"),
  licences(
    "What play.js and watch.js are made of, beside mss-pack itself (MIT).",
    bundled().map((name) => join(root, "node_modules", name)),
    readFileSync(join(source, "polyfills.txt"), "utf8").trim(),
  ),
);

/** dash.js is a bundle already, so its contents are named here. */
function bundled() {
  const scope = readdirSync(join(root, "node_modules", "@svta"));
  return [
    ...["dashjs", ...scope.map((name) => `@svta/${name}`)],
    ...["hls.js", "codem-isoboxer", "imsc", "sax"],
    ...["bcp-47-match", "fast-deep-equal", "path-browserify"],
  ];
}
