import { configDefaults, defineConfig } from "vitest/config";
import { LONG } from "./test/long.js";
import { LeftOut } from "./test/support/left-out.js";

/** Encoding and real players take their time; no test asserts how long. */
const COMMON = { testTimeout: 240_000, hookTimeout: 240_000 };
const ALL = ["test/**/*.test.ts"];
const NOT_LONG = [...configDefaults.exclude, ...LONG];

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", new LeftOut()],
    // Two cores: more workers would only make ffmpeg wait for ffmpeg.
    maxWorkers: 2,
    maxConcurrency: 2,
    projects: [
      { test: { ...COMMON, name: "quick", include: ALL, exclude: NOT_LONG } },
      { test: { ...COMMON, name: "long", include: LONG } },
    ],
  },
});
