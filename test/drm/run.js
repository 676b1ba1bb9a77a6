/**
 * node test/drm/run.js JSON: packages with the built library and Microsoft's test key, in
 * a process of its own. `{ what, input, killIn, options, protection }`: what is `pack`
 * or `mux`; with `killIn` the process is killed when that step tells of its progress.
 */
import { createSecretKey } from "node:crypto";

const { what, input, killIn, options, protection, command } = JSON.parse(
  process.argv[2],
);
// The joined code of the command writes with several threads, as the library does.
const library = command
  ? { mux: (await import("../../dist/command/mux.js")).mux }
  : await import("../../dist/index.js");
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const stop = new AbortController();
process.on("SIGINT", () => stop.abort());
await library[what](what === "mux" ? [input].flat() : input, {
  ...options,
  signal: stop.signal,
  protection: {
    system: "playready",
    contentKey: {
      kid: bytes("09e091abf83841d29e3558531fd19ec7"),
      key: createSecretKey(bytes("9cb061164b7013eaefcc7d6d18424c2c")),
    },
    ...protection,
  },
  onProgress: ({ step }) => {
    if (step === killIn) process.kill(process.pid, "SIGKILL");
  },
});
