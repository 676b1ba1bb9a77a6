import { linkSync, mkdirSync, readdirSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import type { Case, Outcome, Setting } from "../case.js";
import { makeFilm, type Shape } from "../film.js";
import { startServe } from "../http-load.js";
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
  const server = await startServe(packages, join(folder, "log"));
  const url = `http://127.0.0.1:${server.port}`;
  const lists: Reply[] = [];
  const manifests: number[] = [];
  const endMs = performance.now() + 1000 * LOAD_SECONDS;
  const isOver = () => performance.now() > endMs;
  const clients = Array.from({ length: CLIENTS }, async () => {
    do lists.push(await reply(`${url}/api/packages.ndjson`));
    while (!isOver());
  });
  for (let i = 0; !isOver(); i++) {
    const path = `/${(i * 7) % PACKAGES}/film.ism/Manifest`;
    manifests.push((await reply(url + path)).seconds);
  }
  await Promise.all(clients);
  await server.stop();
  manifests.sort((a, b) => a - b);
  const [first] = lists;
  return {
    figures: [
      {
        ...{ what: "a manifest, 99th percentile", unit: "s" },
        value: manifests[Math.floor(manifests.length * 0.99)] ?? NaN,
        most: MOST_SECONDS,
      },
      { what: "slowest", value: manifests.at(-1) ?? NaN, unit: "s" },
      {
        ...{ what: "manifests", unit: "a second" },
        value: manifests.length / LOAD_SECONDS,
      },
      {
        ...{ what: "lists", value: lists.length / LOAD_SECONDS },
        unit: "a second",
      },
      {
        ...{ what: "first list, its first bytes", unit: "s" },
        value: first?.firstSeconds ?? NaN,
      },
      {
        ...{ what: "the same, whole", value: first?.seconds ?? NaN },
        unit: "s",
      },
    ],
  };
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
