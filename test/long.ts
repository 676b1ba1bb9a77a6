/**
 * What `npm test` leaves to `npm run test:all`: tests that need programs which npm
 * does not bring, or run the command a hundred times.
 */

/** These use the ffmpeg on PATH, as most users do. */
export const LONG = [
  "test/corpus/**/*.test.ts", // every kind of input, encoded
  "test/hosting/**/*.test.ts", // other people's caches
  "test/servers/**/*.test.ts", // queues and schedulers
  "test/queue/sources.test.ts", // films of all kinds
  "test/outside/**/!(browser|languages|dash-hls|static-files).test.ts", // other people's players
  "test/crash/other-user.test.ts", // who may not look into our folders
  "test/pipeline/pack/*.long.test.ts", // what is copied: old ones cut it otherwise
];

/** These play in real time: a machine that is busy for a second makes a film stall. */
export const LONG_IN_BROWSERS = [
  "test/outside/browser.test.ts",
  "test/outside/languages.test.ts",
  "test/outside/dash-hls.test.ts",
  "test/outside/static-files.test.ts",
  "test/player/**/*.test.ts", // our page
];

/** These look at our own part of a run, with npm's ffmpeg: it starts in a tenth of the time of Debian's. */
export const LONG_WITH_NPMS_FFMPEG = [
  "test/crash/**/*.test.ts", // runs that are stopped at any moment
  "test/**/*.long.test.ts", // whichever calls itself long
];

/** Of `npm test`, for the same reason. */
export const QUICK_WITH_NPMS_FFMPEG = [
  "test/cli/**/*.test.ts", // what the command says
  "test/output/**/*.test.ts", // where a package is put
  "test/pipeline/protect/*.test.ts", // finished packages
  "test/pipeline/programs.test.ts", // how often programs are started
];

/** Of the units: what they say may depend on the ffmpeg that made a film, or they need a browser or nginx. */
export const UNITS_WITH_PROGRAMS = [
  "test/audience/{nginx,page}.test.ts",
  "test/codecs/{avc-picture,dolby-silence}.test.ts",
  "test/drm/{changed-source,documented,mux,verify}.test.ts",
  "test/encode/key-frame-options.test.ts",
  "test/probe/orientation.test.ts",
  "test/scan/page.test.ts",
  "test/tracks/{read-copyable,silence,sync-flags}.test.ts",
  "test/verify/{decode,disguise,groups,rates}.test.ts",
];

/** All that `npm test` leaves out. */
export const ALL_LONG = [
  ...LONG,
  ...LONG_IN_BROWSERS,
  ...LONG_WITH_NPMS_FFMPEG,
];
