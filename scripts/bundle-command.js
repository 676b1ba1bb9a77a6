// Joins the built command and its libraries into a few files, so that Node.js opens a few files
// and not four hundred: see docs/decisions/0016. The library (dist/index.js) stays unchanged and uses
// the packages from npm.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { bundledFolders, licences } from "./licences.js";

const OUT = "dist/command";

const COMMAND = {
  main: "dist/cli/main.js",
  // For bench/mux-steps.js.
  mux: "dist/pipeline/mux.js",
};

/** A thread has its own instances of all modules: sharing files with the command would only make more of them. */
const THREADS = {
  // mux/write-threads.ts expects it beside itself.
  "write-worker": "dist/mux/write-worker.js",
  // captions/caption-thread.ts expects it beside itself.
  "caption-worker": "dist/captions/caption-worker.js",
};

/**
 * Modules that a run needs at the same time, with all that they import. Each list becomes one file:
 * esbuild alone makes a file for each set of commands that share a module, which are a hundred for mux.
 */
const TOGETHER = [
  ["dist/cli/main.js"],
  ["dist/cli/mux-command.js", "dist/mux/track-file.js"],
  ["dist/smooth/write-manifests.js", "dist/verify/verify.js"],
];

const OPTIONS = {
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
};

const { metafile: graph } = await build({
  ...{ ...OPTIONS, entryPoints: COMMAND },
  write: false,
});
const command = await build({
  ...{ ...OPTIONS, entryPoints: COMMAND },
  plugins: [joining(groupsOf(graph.inputs), entriesOf(graph.inputs))],
});
const threads = await build({ ...OPTIONS, entryPoints: THREADS });
const folders = [command, threads].flatMap(({ metafile }) =>
  bundledFolders(metafile),
);
writeFileSync(
  join(OUT, "LICENCES.txt"),
  licences(
    "What the command is made of, beside mss-pack itself (MIT).",
    [...new Set(folders)].sort(),
  ),
);

/** The modules of each list of TOGETHER; a module belongs to the first list that needs it. */
function groupsOf(inputs) {
  const taken = new Set();
  return TOGETHER.map((roots) => {
    const own = [...loadedWith(inputs, roots)].filter(
      (path) => !taken.has(path),
    );
    own.forEach((path) => taken.add(path));
    return own;
  });
}

/** The modules from which loading starts, with all that is loaded with each. */
function entriesOf(inputs) {
  const dynamic = Object.values(inputs).flatMap(({ imports }) =>
    imports.filter(({ kind }) => kind === "dynamic-import"),
  );
  const paths = [...Object.values(COMMAND), ...dynamic.map(({ path }) => path)];
  const known = paths.filter((path) => path in inputs);
  return new Map(known.map((path) => [path, loadedWith(inputs, [path])]));
}

function loadedWith(inputs, roots) {
  const found = new Set(roots);
  for (const path of found)
    for (const { path: other, kind } of inputs[path].imports)
      if (kind !== "dynamic-import" && other in inputs) found.add(other);
  return found;
}

/**
 * Who loads one module of a group loads all of it. So all of the group are shared by the same entries,
 * and esbuild puts them into one file. The added imports stand last: they change no order of loading.
 */
function joining(groups, entries) {
  const setup = ({ onLoad }) =>
    onLoad({ filter: /\.m?js$/ }, ({ path }) => {
      const loaded = entries.get(relative(process.cwd(), path));
      if (loaded === undefined) return undefined;
      const needed = groups.filter((group) =>
        group.some((one) => loaded.has(one)),
      );
      const imports = needed
        .flat()
        .map((one) => `import ${JSON.stringify(join(process.cwd(), one))};`);
      return {
        contents: `${readFileSync(path, "utf8")}\n${imports.join("\n")}`,
      };
    });
  return { name: "joining", setup };
}
