import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "vitest";

interface Fixtures {
  /** A folder of its own for every test; gone after it. */
  readonly scratch: string;
}

/** A test that is given an empty folder. */
export const test = base.extend<Fixtures>({
  scratch: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "mss-pack-unit-"));
    await use(folder);
    await rm(folder, { recursive: true });
  },
});

/** Writes a file and gives its path. */
export async function writeTo(
  folder: string,
  name: string,
  ...parts: Uint8Array[]
): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, Buffer.concat(parts));
  return path;
}

/** Fakes are shell scripts. */
export const CANNOT_FAKE = process.platform === "win32";

/** A program of a few shell lines that stands in for ffmpeg or ffprobe. */
export async function fakeProgram(
  folder: string,
  name: string,
  ...script: string[]
): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, ["#!/bin/sh", ...script, ""].join("\n"));
  await chmod(path, 0o755);
  return path;
}
