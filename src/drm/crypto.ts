import { createRequire } from "node:module";

/**
 * Node's cryptography, when it is needed: loading it takes ten milliseconds in each
 * thread, which nobody who writes clear packages shall wait for.
 */
export function crypto(): typeof import("node:crypto") {
  return (loaded ??= load("node:crypto") as typeof import("node:crypto"));
}

const load = createRequire(import.meta.url);
let loaded: typeof import("node:crypto") | undefined;
