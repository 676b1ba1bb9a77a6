import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect } from "vitest";
import { PackError, type PackErrorCode } from "../../../src/errors.js";
import type { ContentKey } from "../../../src/drm/content-key.js";
import { uuidText } from "../../../src/drm/kid.js";
import { loadKey } from "../../../src/drm/keys/load-key.js";
import type {
  KeyOptions,
  KeySurroundings,
} from "../../../src/drm/keys/options.js";
import { tempFolder } from "../../support/temp.js";
import { PRIVATE_FORMS } from "./vectors.js";

const folder = tempFolder();
let count = 0;

/** Writes a file that only we can read. */
export function secretFile(content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, `secret-${(count += 1)}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

/** No variables, no output folder, nothing on standard input. */
export const NOTHING_AROUND: KeySurroundings = {
  environment: {},
  output: undefined,
  readStdin: () => Readable.from([]),
};

/** Loads a key with nothing around but what is given. */
export function load(
  options: KeyOptions,
  surroundings: Partial<KeySurroundings> = {},
) {
  return loadKey(options, { ...NOTHING_AROUND, ...surroundings });
}

/** The KID of a key as text. */
export function idOf({ kid }: ContentKey): string {
  return uuidText(kid);
}

/** The key's own bytes as hex, which only a test asks for. */
export async function keyHex(options: KeyOptions): Promise<string> {
  const { contentKey } = await load(options);
  return contentKey.key.export().toString("hex");
}

/** That work is refused with a code and words, and without a word of the private key of the tests. */
export async function refused(
  work: Promise<unknown>,
  code: PackErrorCode,
  words: RegExp,
): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PackError);
  if (!(error instanceof PackError)) return;
  expect(error.message).toMatch(words);
  expect(error.code).toBe(code);
  const all = everythingOf(error);
  for (const form of PRIVATE_FORMS) expect(all).not.toContain(form);
}

/** All that anybody could print of an error. */
function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error ?? "");
  const { facts, hint } = error instanceof PackError ? error : {};
  return [
    error.message,
    error.stack,
    hint,
    JSON.stringify(facts),
    everythingOf(error.cause),
  ].join("\n");
}
