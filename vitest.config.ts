import { configDefaults, defineConfig } from "vitest/config";
import { findBundled } from "./src/ffmpeg/bundled.js";
import {
  ALL_LONG,
  LONG,
  LONG_IN_BROWSERS,
  LONG_WITH_NPMS_FFMPEG,
  QUICK_WITH_NPMS_FFMPEG,
  UNITS_WITH_PROGRAMS,
} from "./test/long.js";
import { LeftOut } from "./test/support/left-out.js";

/** Encoding and real players take their time; no test asserts how long. */
const COMMON = {
  ...{ testTimeout: 240_000, hookTimeout: 240_000 },
  expect: { poll: { timeout: 60_000 } },
};
const ALL = ["test/**/*.test.ts"];
const NOT_LONG = [...configDefaults.exclude, ...ALL_LONG];

/** None of these changes what others see, nearly all are short: a process of its own takes most of a test's time. */
const UNITS = [
  ...["isobmff", "codecs", "media", "mux", "plan", "smooth", "probe"],
  ...["audience", "batch", "captions", "encode", "util", "verify"],
  ...["readme", "scan", "skips", "support"],
]
  .map((folder) => `test/${folder}/**/*.test.ts`)
  .concat("test/drm/*.test.ts", "test/tracks/!(sameness|ladder).test.ts");

/** `.ci/run` looks there for the tests that were skipped. */
const REPORT = process.env["TEST_REPORT"];

/** Where npm has brought none, the ones on PATH. */
async function npmsFfmpeg(): Promise<Record<string, string>> {
  const ffmpeg = await findBundled("ffmpeg");
  const ffprobe = await findBundled("ffprobe");
  return "path" in ffmpeg && "path" in ffprobe
    ? { FFMPEG_PATH: ffmpeg.path, FFPROBE_PATH: ffprobe.path }
    : {};
}

const NPMS_FFMPEG = await npmsFfmpeg();

/** `.ci/run` runs units once: they may not depend on an ffmpeg. Whichever looks for one is told this. */
const NO_FFMPEG = "/none-for-units/see-UNITS_WITH_PROGRAMS-of-test/long.ts";

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", new LeftOut(), ...(REPORT ? ["json"] : [])],
    ...(REPORT ? { outputFile: { json: REPORT } } : {}),
    // Two cores: more workers would only make ffmpeg wait for ffmpeg.
    maxWorkers: 2,
    maxConcurrency: 2,
    projects: [
      {
        test: {
          ...COMMON,
          name: "quick",
          include: ALL,
          exclude: [...NOT_LONG, ...UNITS, ...QUICK_WITH_NPMS_FFMPEG],
        },
      },
      {
        test: {
          ...COMMON,
          name: "quick-npm",
          include: QUICK_WITH_NPMS_FFMPEG,
          exclude: NOT_LONG,
          env: NPMS_FFMPEG,
        },
      },
      {
        test: {
          ...COMMON,
          name: "quick-units",
          include: UNITS,
          exclude: [...NOT_LONG, ...UNITS_WITH_PROGRAMS],
          env: { FFMPEG_PATH: NO_FFMPEG, FFPROBE_PATH: NO_FFMPEG },
          isolate: false,
        },
      },
      {
        test: {
          ...COMMON,
          name: "quick-units-programs",
          include: UNITS_WITH_PROGRAMS,
          isolate: false,
        },
      },
      { test: { ...COMMON, name: "long", include: LONG } },
      {
        test: {
          ...COMMON,
          name: "long-browsers",
          include: LONG_IN_BROWSERS,
          retry: 2,
        },
      },
      {
        test: {
          ...COMMON,
          name: "long-npm",
          include: LONG_WITH_NPMS_FFMPEG,
          exclude: [...configDefaults.exclude, ...LONG],
          env: NPMS_FFMPEG,
        },
      },
    ],
  },
});
