import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    // Encoding and real players take their time; no test asserts how long.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Two cores: more workers would only make ffmpeg wait for ffmpeg.
    maxWorkers: 2,
    maxConcurrency: 2,
  },
});
