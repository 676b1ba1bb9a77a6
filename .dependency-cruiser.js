/**
 * Imports run with the data: probe, plan, encode, mux, manifests, verify. A step
 * takes types from the step before it and tools from the shelves; only the
 * walk (pack.ts and its neighbours) and the cli call steps.
 */
const STEPS = ["probe", "plan", "encode", "mux", "manifests", "verify"];
const SHELVES = ["media", "isobmff", "codecs", "drm", "smooth", "tools"];

const stepRules = STEPS.map((step, i) => ({
  name: `${step}-does-not-look-ahead`,
  severity: "error",
  from: { path: `^src/${step}/` },
  to: { path: `^src/(${[...STEPS.slice(i + 1), "cli"].join("|")})/` },
}));

/** Finished files in the place of probe, plan and encode: their tracks go on to mux. */
const REMUX = {
  name: "remux-does-not-look-ahead",
  severity: "error",
  from: { path: "^src/remux/" },
  to: {
    path: "^src/(probe|plan|encode|manifests|verify|cli|folder|watch)/",
  },
};

/** Packages that are finished: nothing of a run is asked, only what stands on the disk. */
const REPROTECT = {
  name: "reprotect-reads-what-stands-there",
  severity: "error",
  from: { path: "^src/reprotect/" },
  to: { path: "^src/(probe|plan|encode|manifests|copy|remux|cli|watch)/" },
};

/** A look at what could be taken as it is, between probe and plan, with the eyes of remux and mux. */
const COPY = {
  name: "copy-does-not-look-ahead",
  severity: "error",
  from: { path: "^src/copy/" },
  to: { path: "^src/(encode|manifests|verify|cli|folder|watch)/" },
};

/** The origin reads packages from the disk as another maker's would: no step of ours tells it anything. */
const SERVE = {
  name: "serve-uses-shelves-only",
  severity: "error",
  from: { path: "^src/serve/" },
  to: {
    path: `^src/(${[...STEPS, "cli", "folder", "watch", "remux", "copy", "stamp"].join("|")})/`,
  },
};

const NOTHING_NEEDS_THE_ORIGIN = {
  name: "nothing-but-cli-and-index-imports-serve",
  severity: "error",
  from: { path: "^src/", pathNot: "^src/(serve/|cli/|index\\.ts)" },
  to: { path: "^src/serve/" },
};

export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    ...stepRules,
    REMUX,
    REPROTECT,
    COPY,
    SERVE,
    NOTHING_NEEDS_THE_ORIGIN,
    {
      name: "only-the-walk-looks-for-copies",
      severity: "error",
      from: { path: `^src/(${[...STEPS, ...SHELVES, "remux"].join("|")})/` },
      to: { path: "^src/copy/" },
    },
    {
      name: "shelves-never-look-up",
      severity: "error",
      from: { path: `^src/(${SHELVES.join("|")})/` },
      to: { path: `^src/(${STEPS.join("|")}|cli)/` },
    },
    {
      name: "audience-stands-apart",
      severity: "error",
      from: { path: "^src/audience/" },
      to: { path: "^src/(?!audience/|smooth/address\\.ts|[^/]+\\.ts)" },
    },
    {
      name: "nothing-imports-the-cli",
      severity: "error",
      from: { path: "^src/(?!cli/)" },
      to: { path: "^src/cli/" },
    },
    {
      name: "only-the-walk-stands-above-the-steps",
      severity: "error",
      from: { path: `^src/(${[...STEPS, ...SHELVES].join("|")})/` },
      to: {
        path: "^src/((pack|pack-item|prepare|deliver|batch|batch-item|usable|index|outputs)\\.ts|(folder|watch)/)",
      },
    },
    {
      name: "the-player-runs-in-browsers",
      severity: "error",
      from: { path: "^src/player/" },
      to: { pathNot: "^src/player/|node_modules/dashjs/|^dashjs/" },
    },
    {
      name: "nothing-imports-the-player",
      severity: "error",
      from: { path: "^src/(?!player/)" },
      to: { path: "^src/player/" },
    },
    {
      name: "one-folder-knows-dashjs",
      severity: "error",
      from: { path: "^src/player/(?!engine/)" },
      to: { path: "(node_modules/|^)dashjs" },
    },
    {
      name: "one-file-reads-with-mp4box",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/isobmff/source\\.ts$" },
      to: { path: "node_modules/mp4box" },
    },
    {
      name: "one-file-builds-with-fluent-ffmpeg",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/tools/ffmpeg-command\\.ts$" },
      to: { path: "node_modules/fluent-ffmpeg" },
    },
    {
      // Whoever starts a program keeps keys out of its environment: secret-environment.ts.
      name: "two-files-start-programs",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: "^src/(tools/run|cli/open-browser)\\.ts$",
      },
      to: { path: "^(node:)?child_process$" },
    },
    {
      // Manifests; documents that may hold keys; pieces that somebody wants in a header.
      name: "three-files-read-xml",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: "^src/(smooth/xml-reader|drm/xml|drm/custom-attributes)\\.ts$",
      },
      to: { path: "node_modules/saxes" },
    },
    {
      name: "one-file-writes-xml",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/manifests/xml\\.ts$" },
      to: { path: "node_modules/xmlbuilder2" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
