// Joins the built command and its libraries into a few files, so that Node.js opens about twenty files
// and not four hundred: see docs/decisions/0016. The library (dist/index.js) stays unchanged and uses
// the packages from npm.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundledFolders, licences } from "./licences.js";

const OUT = "dist/command";

const { metafile } = await build({
  entryPoints: {
    main: "dist/cli/main.js",
    // mux/write-threads.ts expects it beside itself.
    "write-worker": "dist/mux/write-worker.js",
    // captions/caption-thread.ts expects it beside itself.
    "caption-worker": "dist/captions/caption-worker.js",
    // For bench/mux-steps.js.
    mux: "dist/pipeline/mux.js",
  },
  outdir: OUT,
  chunkNames: "[name]-[hash]",
  bundle: true,
  // fluent-ffmpeg expects files beside itself, and a second does not matter to an encode.
  // The others are the user's own: optional peers.
  external: ["fluent-ffmpeg", "bullmq", "ioredis", "pg", "@aws-sdk/client-s3"],
  // Commands load their code when they run.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Names stay: --debug prints them in stacks.
  minifySyntax: true,
  minifyWhitespace: true,
  // Older libraries load their parts with require().
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
