import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "vitest";
import { verify } from "../../src/index.js";
import { mssPack, type CliOptions, type CliResult } from "./cli.js";

const KILL_AT = fileURLToPath(new URL("kill-at.js", import.meta.url));

/** The quickest package. */
export const QUICK = [
  ...["--rung", "160x90:60k"],
  ...["--encoder-preset", "ultrafast"],
];

export interface Stop {
  /** Number of the change on the disk before which the signal comes, counted from 1. */
  readonly at: number;
  readonly with: NodeJS.Signals;
}

/** A change on the disk that fails with an error's code; with `forGood` all after it fail, too. */
export interface Failure {
  readonly at: number;
  readonly with: "EIO";
  readonly forGood: boolean;
}

/** Runs the command and stops it just before it changes something on the disk, or has that fail. */
export async function stoppedRun(
  args: readonly string[],
  stop: Stop | Failure,
  options: CliOptions = {},
): Promise<CliResult> {
  const env = {
    ...{ KILL_AT: String(stop.at), KILL_WITH: stop.with },
    ...("forGood" in stop && stop.forGood && { FAIL_ALL: "yes" }),
  };
  return mssPack(args, { ...options, env: { ...env, ...preloaded() } });
}

/** The names of all changes on the disk that a whole run makes, in order. */
export async function changesOf(
  args: readonly string[],
  log: string,
): Promise<string[]> {
  await successful(args, { env: { COUNT_TO: log, ...preloaded() } });
  return readFileSync(log, "utf8").trimEnd().split("\n");
}

/** Runs the command; throws what it said unless it succeeds. */
export async function successful(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const result = await mssPack(args, options);
  expect(result.stderr).toBe("");
  expect(result.exitCode).toBe(0);
  return result;
}

/** No .ism, or one of a package that is right. @returns whether there is one */
export async function expectNoFalsePackage(out: string): Promise<boolean> {
  const manifest = namesIn(out).find((name) => name.endsWith(".ism"));
  if (manifest === undefined) return false;
  const { findings, tracks } = await verify(join(out, manifest));
  expect(findings).toEqual([]);
  expect(tracks.length).toBeGreaterThan(0);
  return true;
}

/** Sorted; empty when the folder is not there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Inode and time of every file: what changes when a file is written again. */
export function looksOf(folder: string): string[] {
  return namesIn(folder).map((name) => {
    const { ino, mtimeMs, size } = statSync(join(folder, name));
    return [name, ino, mtimeMs, size].join(" ");
  });
}

/** Numbers of the programs that have a text in their command line (Linux). */
export function programsWith(text: string): number[] {
  return namesIn("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => commandLineOf(name).includes(text))
    .map(Number);
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // ended meanwhile
  }
}

function preloaded(): { NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--import=${pathToFileURL(KILL_AT).href}` };
}

/** Numbers from 0 to 1 that look random and are the same on every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
