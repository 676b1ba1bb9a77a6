// Joins the built command and the libraries that it uses into a few files, so
// that Node.js opens some twenty files and not four hundred: see
// docs/decisions/0016. The library (dist/index.js) stays as it is and uses what npm installed.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundledFolders, licences } from "./licences.js";

const OUT = "dist/command";

const { metafile } = await build({
  entryPoints: {
    main: "dist/cli/main.js",
    // mux/write-threads.ts looks for it beside itself.
    "write-worker": "dist/mux/write-worker.js",
    // For bench/mux-steps.js.
    mux: "dist/pipeline/mux.js",
  },
  outdir: OUT,
  chunkNames: "[name]-[hash]",
  bundle: true,
  // Looks for files beside itself, and a second more or less is nothing to an encode.
  external: ["fluent-ffmpeg"],
  // Commands load what they need when they run.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Names stay: they are in the stacks that --debug prints.
  minifySyntax: true,
  minifyWhitespace: true,
  // Older libraries ask for their parts with require().
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
  metafile: true,
  logLevel: "warning",
});
writeFileSync(
  join(OUT, "LICENCES.txt"),
  licences(
    "What the command is made of, beside mss-pack itself (MIT).",
    bundledFolders(metafile),
  ),
);
