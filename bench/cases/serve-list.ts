import { linkSync, mkdirSync, readdirSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import type { Case, Figure, Outcome, Setting } from "../case.js";
import { makeFilm, type Shape } from "../film.js";
import { startWatchedServe } from "../http-load.js";
import { measureCli } from "../measure.js";

const PACKAGES = 2000;
const CLIENTS = 4;
const LOAD_SECONDS = 10;
const MOST_SECONDS = 0.05;

const SHAPE: Shape = { size: "320x180", rate: 25, bitrate: 1e5, audio: true };

export const serveList: Case = {
  name: "serve/list",
  runs: 1,
  title: `manifests while ${CLIENTS} clients ask for a list of ${PACKAGES} packages, from the start on`,
  run: ask,
};

async function ask({ folder }: Setting): Promise<Outcome> {
  const packages = await makePackages(folder);
  const alone = await load(packages, folder, 0);
  const { manifests, lists, delay } = await load(packages, folder, CLIENTS);
  const [first] = lists;
  const a = (
    what: string,
    value = NaN,
    unit: Figure["unit"] = "s",
  ): Figure => ({ what, value, unit });
  return {
    figures: [
      {
        ...a("a manifest, 99th percentile", percentile(manifests, 0.99)),
        most: MOST_SECONDS,
      },
      a("the same without lists", percentile(alone.manifests, 0.99)),
      a("median", percentile(manifests, 0.5)),
      a("the same without lists", percentile(alone.manifests, 0.5)),
      a("slowest", manifests.at(-1)),
      a("delay of the event loop, 99th percentile", delay),
      a("the same without lists", alone.delay),
      a("manifests", manifests.length / LOAD_SECONDS, "a second"),
      a("lists", lists.length / LOAD_SECONDS, "a second"),
      a("first list, its first bytes", first?.firstSeconds),
      a("the same, whole", first?.seconds),
    ],
  };
}

function percentile(sorted: readonly number[], share: number) {
  return sorted[Math.floor(sorted.length * share)];
}

interface Load {
  /** Seconds of each manifest, quickest first. */
  readonly manifests: readonly number[];
  readonly lists: readonly Reply[];
  readonly delay: number;
}

/** A new origin, asked for manifests in turn while clients ask for the list. */
async function load(
  packages: string,
  folder: string,
  clients: number,
): Promise<Load> {
  const log = join(folder, "log");
  const { server, delay } = await startWatchedServe(packages, log);
  const url = `http://127.0.0.1:${server.port}`;
  const lists: Reply[] = [];
  const manifests: number[] = [];
  const endMs = performance.now() + 1000 * LOAD_SECONDS;
  const isOver = () => performance.now() > endMs;
  const all = Array.from({ length: clients }, async () => {
    do lists.push(await reply(`${url}/api/packages.ndjson`));
    while (!isOver());
  });
  for (let i = 0; !isOver(); i++) {
    const path = `/${(i * 7) % PACKAGES}/film.ism/Manifest`;
    manifests.push((await reply(url + path)).seconds);
  }
  await Promise.all(all);
  await server.stop();
  manifests.sort((a, b) => a - b);
  return { manifests, lists, delay: await delay };
}

interface Reply {
  readonly firstSeconds: number;
  readonly seconds: number;
}

/** Asks for a reply as browsers do, and does not unpack it: that would take its time here. */
async function reply(url: string): Promise<Reply> {
  const beganMs = performance.now();
  const since = () => (performance.now() - beganMs) / 1000;
  return new Promise((resolve, reject) => {
    const headers = { "Accept-Encoding": "gzip" };
    const asked = get(url, { headers }, (response) => {
      let firstSeconds = NaN;
      response.once("data", () => (firstSeconds = since()));
      response.once("end", () => resolve({ firstSeconds, seconds: since() }));
      response.once("error", reject).resume();
    });
    asked.once("error", reject);
  });
}

/** A small package under many names: links to the same files, each read by itself. */
async function makePackages(folder: string): Promise<string> {
  const film = join(folder, "film.mp4");
  await makeFilm(film, SHAPE, { seconds: 20 });
  const one = join(folder, "one");
  await measureCli(["mux", film, "-o", one, "--quiet", "--no-fsync"]);
  const packages = join(folder, "packages");
  for (let i = 0; i < PACKAGES; i++) {
    const place = join(packages, String(i));
    mkdirSync(place, { recursive: true });
    for (const name of readdirSync(one))
      if (!name.startsWith(".")) linkSync(join(one, name), join(place, name));
  }
  return packages;
}
