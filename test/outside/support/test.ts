import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base } from "vitest";
import { startOrigin, type Origin } from "./origin.js";
import { startServe } from "./serve.js";
import {
  CLIP,
  testPackage,
  type TestPackage,
  type TestRung,
} from "./package.js";

interface Fixtures {
  readonly pack: TestPackage;
  /** An origin of its own for every test: its record holds nobody else's requests. */
  readonly origin: Origin;
  /** A folder for what a reader writes; gone after the test. */
  readonly scratch: string;
}

/** A test that is given the package, an origin that serves it and a folder to write to. */
export const test = base.extend<Fixtures>({
  pack: async ({}, use) => use(await testPackage()),
  origin: async ({ pack }, use) => {
    const origin = await startOrigin(pack.folder, PAGES);
    await use(origin);
    origin.close();
  },
  scratch: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "mss-pack-reader-"));
    // A reader may have to run as another user.
    await chmod(folder, 0o777);
    await use(folder);
    await rm(folder, { recursive: true });
  },
});

/** The same with the muxed package. */
const muxedTest = test.extend<Pick<Fixtures, "pack">>({
  pack: async ({}, use) => use(await testPackage("muxed")),
});

/** The same from `mss-pack serve`. */
export const servedTest = test.extend<Pick<Fixtures, "origin">>({
  origin: async ({ pack, scratch }, use) => {
    const origin = await startServe(pack.folder, PAGES, scratch);
    await use(origin);
    origin.close();
  },
});

/** The same with a package in the layout of Expression Encoder. */
export const oldTest = servedTest.extend<Pick<Fixtures, "pack">>({
  pack: async ({}, use) => use(await testPackage("old")),
});

/** What each reader plays: a way of making packages, and which rungs of it. */
export const PLAYED: readonly (readonly [
  name: string,
  playing: typeof test,
  heights: readonly number[],
])[] = [
  ["an encoded package", test, CLIP.heights],
  ["a muxed package with B-frames and late sound", muxedTest, [360]],
];

/** What readers play over HTTP: the same, and once from our own origin. */
export const STREAMED: typeof PLAYED = [
  ...PLAYED,
  ["an encoded package, from mss-pack serve,", servedTest, [360]],
];

/** The pages of the players. */
export const PAGES = join(import.meta.dirname, "..", "players");

/** The rung of this height. */
export function rungOf(pack: TestPackage, height: number): TestRung {
  const rung = pack.rungs.find((one) => one.height === height);
  if (rung === undefined) throw new Error(`no rung of ${height} lines`);
  return rung;
}

/** Every fragment of the rung and of the sound was fetched, none of another rung, none in vain. */
export function expectWholeRung(
  origin: Origin,
  pack: TestPackage,
  rung: TestRung,
): void {
  expectNothingMissing(origin);
  expect(fetchedBitrates(origin)).toEqual([rung.bitrate]);
  expect(fetchedTimes(origin, "video")).toEqual(pack.client.videoTimes);
  expect(fetchedTimes(origin, "audio")).toEqual(pack.client.audioTimes);
}

export function expectNothingMissing({ requests }: Origin): void {
  expect(requests.filter(({ status }) => status >= 400)).toEqual([]);
}

/** The video bitrates that were asked for, in the order of their first fragment. */
export function fetchedBitrates({ requests }: Origin): number[] {
  const bitrates = requests.flatMap(({ fragment }) =>
    fragment?.stream === "video" ? [fragment.bitrate] : [],
  );
  return [...new Set(bitrates)];
}

function fetchedTimes({ requests }: Origin, stream: string): number[] {
  const times = requests.flatMap(({ fragment }) =>
    fragment?.stream === stream ? [fragment.time] : [],
  );
  return [...new Set(times)].sort((a, b) => a - b);
}
