import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "vitest";
import {
  testPackage,
  type TestPackage,
} from "../../outside/support/package.js";
import type { Cache } from "./caches.js";
import { missingForNginx, startNginx } from "./nginx.js";
import { startServing, type Serving } from "./serve.js";
import { missingForVarnish, startVarnish } from "./varnish.js";

interface Fixtures {
  readonly pack: TestPackage;
  /** A folder of this test alone; gone after it. */
  readonly scratch: string;
  /** The folder that is served, with the package as `film/clip.ism`. */
  readonly packages: string;
  readonly origin: Serving;
  /** More options of the origin. */
  readonly flags: readonly string[];
  /** In front of the origin, and empty. */
  readonly cache: Cache;
}

/** A test with an origin and nginx of its own: their logs hold nobody else's requests. */
export const test = base.extend<Fixtures>({
  pack: async ({}, use) => use(await testPackage()),
  scratch: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "mss-pack-hosting-"));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  packages: async ({ pack, scratch }, use) => {
    const packages = join(scratch, "packages");
    await mkdir(packages);
    await cp(pack.folder, join(packages, "film"), { recursive: true });
    await use(packages);
  },
  flags: async ({}, use) => use([]),
  origin: async ({ packages, scratch, flags }, use) => {
    const log = join(scratch, "origin.log");
    const origin = await startServing(packages, log, flags);
    await use(origin);
    await origin.kill();
  },
  cache: async ({ origin, scratch }, use) => {
    const nginx = await startNginx(origin.port, join(scratch, "nginx"));
    await use(nginx);
    await nginx.stop();
  },
});

/** The same with Varnish. */
const varnishTest = test.extend<Pick<Fixtures, "cache">>({
  cache: async ({ origin, scratch }, use) => {
    const varnish = await startVarnish(origin.port, join(scratch, "varnish"));
    await use(varnish);
    await varnish.stop();
  },
});

/** Both caches that are documented: what players see is the same. */
export const CACHES: readonly (readonly [
  name: string,
  missing: readonly string[],
  testing: typeof test,
])[] = [
  ["nginx", missingForNginx, test],
  ["Varnish", missingForVarnish, varnishTest],
];

/** Where the package is, on the origin as on the cache. */
export const FILM = "/film/clip.ism";

/** Addresses of all fragments of a package, below the origin's. */
export function fragmentPaths({ client }: TestPackage): string[] {
  const paths = (
    stream: string,
    levels: readonly { bitrate: number }[],
    times: readonly number[],
  ) =>
    levels.flatMap(({ bitrate }) =>
      times.map((time) => fragmentPath(bitrate, stream, time)),
    );
  return [
    ...paths("video", client.video, client.videoTimes),
    ...paths("audio", client.audio, client.audioTimes),
  ];
}

/** The address of a fragment, below the origin's. */
export function fragmentPath(
  bitrate: number,
  stream: string,
  time: number,
): string {
  return `${FILM}/QualityLevels(${bitrate})/Fragments(${stream}=${time})`;
}

/** Log lines about the package; caches ask for other things too, to see whether the origin lives. */
export function aboutFilm(
  lines: readonly Record<string, unknown>[],
): Record<string, unknown>[] {
  return lines.filter(({ uri }) => String(uri).startsWith(FILM));
}
