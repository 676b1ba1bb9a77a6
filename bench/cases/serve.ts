import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { findProgram } from "../../test/support/programs.js";
import type { Case, Figure, Outcome, Setting } from "../case.js";
import { makeFilm, type Shape } from "../film.js";
import {
  peakMegabytes,
  readSlowly,
  requestsPerSecond,
  startNginx,
  startServe,
  wrkScript,
  type Server,
} from "../http-load.js";
import { median } from "../in-turn.js";
import { measureCli } from "../measure.js";

/** Fragments of two seconds then have 250 kB. */
const SHAPE: Shape = { size: "640x360", rate: 25, bitrate: 1e6, audio: false };
const FILM_SECONDS = 60;

const LEAST = 0.6;
const LOAD_SECONDS = 4;

export const serveSpeed: Case = {
  name: "serve/speed",
  runs: 5,
  title: "requests a second for fragments of 250 kB beside nginx, by wrk",
  run: compare,
};

async function compare({ folder, runs }: Setting): Promise<Outcome> {
  const missing = await missingPrograms("nginx", "wrk");
  if (missing.length > 0)
    return { skipped: [`not installed: ${missing.join(", ")}`] };
  const place = await makePlace(folder);
  const nginx = await startNginx(folder, place.files, await freePort());
  const ours = await startServe(place.package, join(folder, "1.log"));
  const rates: Rates = { nginx: [], ours: [] };
  const load = async (server: Server, script: string) =>
    requestsPerSecond(server, script, LOAD_SECONDS);
  // All of it once, unmeasured: code is compiled, files are in memory.
  await load(ours, place.ours);
  for (let run = 0; run < runs; run++) {
    rates.nginx.push(await load(nginx, place.theirs));
    rates.ours.push(await load(ours, place.ours));
  }
  for (const server of [nginx, ours]) await server.stop();
  return { figures: figuresOf(rates) };
}

type Rates = Readonly<Record<"nginx" | "ours", number[]>>;

function figuresOf({ nginx, ours }: Rates): Figure[] {
  const perSecond = (what: string, values: readonly number[]): Figure => ({
    ...{ what, value: median(values), unit: "a second" },
  });
  const shares = ours.map((rate, i) => rate / (nginx[i] ?? NaN));
  return [
    perSecond("nginx", nginx),
    perSecond("serve", ours),
    {
      ...{ what: "serve / nginx", value: median(shares) },
      ...{ unit: "times", least: LEAST },
    },
  ];
}

const SLOW_READERS = 2000;
const MOST_MB = 300;
/** A fragment of two seconds then takes ten: a line that is far too slow. */
const SLOW_BYTES = 25_000;

export const serveSlow: Case = {
  name: "serve/slow",
  runs: 1,
  title: `${SLOW_READERS} readers at once, each at 25 kB a second`,
  run: readAllSlowly,
};

async function readAllSlowly({ folder }: Setting): Promise<Outcome> {
  const place = await makePlace(folder);
  const server = await startServe(place.package, join(folder, "log"));
  const { port, child } = server;
  const paths = place.paths;
  const path = (i: number) => paths[i % paths.length] ?? "";
  const slow = Promise.all(
    Array.from({ length: SLOW_READERS }, async (_, i) =>
      readSlowly(port, path(i), SLOW_BYTES),
    ),
  );
  const quick: number[] = [];
  const done = new AbortController();
  void slow.finally(() => done.abort());
  while (!done.signal.aborted)
    quick.push(await secondsFor(port, path(quick.length)));
  const bytes = await slow;
  const peak = peakMegabytes(child.pid ?? 0);
  await server.stop();
  const whole = bytes.filter(
    (one, i) => one > (place.sizes[i % paths.length] ?? 0),
  );
  return {
    figures: [
      {
        ...{ what: "the process at its peak", value: peak },
        ...{ unit: "MB", most: MOST_MB },
      },
      {
        ...{ what: "slow readers that got all", value: whole.length },
        ...{ unit: "readers", least: SLOW_READERS },
      },
      {
        ...{ what: "a quick reader beside them, a fragment, median" },
        ...{ value: median(quick), unit: "s" },
      },
      {
        ...{ what: "the same, slowest", value: Math.max(...quick), unit: "s" },
      },
    ],
  };
}

async function secondsFor(port: number, path: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (performance.now() - began) / 1000;
}

interface Place {
  readonly package: string;
  /** Addresses of the fragments, and their sizes. */
  readonly paths: readonly string[];
  readonly sizes: readonly number[];
  /** Folder of files with the same bytes. */
  readonly files: string;
  /** Scripts for wrk. */
  readonly ours: string;
  readonly theirs: string;
}

/** A package, and its fragments as files. */
export async function makePlace(folder: string): Promise<Place> {
  const film = join(folder, "film.mp4");
  await makeFilm(film, SHAPE, { seconds: FILM_SECONDS });
  const pack = join(folder, "package");
  await measureCli(["mux", film, "-o", pack, "--quiet", "--no-fsync"]);
  const files = join(folder, "files");
  mkdirSync(files);
  const server = await startServe(pack, join(folder, "0.log"));
  const url = `http://127.0.0.1:${server.port}`;
  const detail = await fetch(`${url}/api/packages/film`);
  const { streams } = (await detail.json()) as {
    streams: {
      times: number[];
      levels: { bitrate: number; sizes: number[] }[];
    }[];
  };
  const [{ times, levels } = { times: [], levels: [] }] = streams;
  const [level = { bitrate: 0, sizes: [] }] = levels;
  const paths = times.map(
    (time) =>
      `/film.ism/QualityLevels(${level.bitrate})/Fragments(video=${time})`,
  );
  for (const [i, path] of paths.entries()) {
    const bytes = await (await fetch(url + path)).arrayBuffer();
    writeFileSync(join(files, `${i}.mp4`), Buffer.from(bytes));
  }
  await server.stop();
  return {
    ...{ package: pack, paths, sizes: level.sizes, files },
    ours: wrkScript(join(folder, "ours.lua"), paths),
    theirs: wrkScript(
      join(folder, "theirs.lua"),
      paths.map((_, i) => `/${i}.mp4`),
    ),
  };
}

async function missingPrograms(...names: string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map(async (name) => [name, await findProgram(name)] as const),
  );
  return found.flatMap(([name, path]) => (path === undefined ? [name] : []));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
