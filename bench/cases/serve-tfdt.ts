import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import type { Case, Outcome, Setting } from "../case.js";
import { startServe, type Server } from "../http-load.js";
import { median } from "../in-turn.js";
import { makePlace } from "./serve.js";

const REQUESTS = 4000;
const CONNECTIONS = 8;
const MOST = 1.15;

export const serveTfdt: Case = {
  name: "serve/tfdt",
  runs: 7,
  title: `CPU time of serve for ${REQUESTS} fragments, with a tfdt put in and without`,
  run: compare,
};

async function compare({ folder, runs }: Setting): Promise<Outcome> {
  const place = await makePlace(folder);
  const server = await startServe(place.package, join(folder, "1.log"));
  const segments = place.paths.map((path) => `${path}.m4s`);
  // All of it once, unmeasured: code is compiled, files are in memory.
  await cpuSeconds(server, place.paths);
  await cpuSeconds(server, segments);
  const [without, withTfdt]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    without.push(await cpuSeconds(server, place.paths));
    withTfdt.push(await cpuSeconds(server, segments));
  }
  await server.stop();
  const shares = withTfdt.map((seconds, i) => seconds / (without[i] ?? NaN));
  const seconds = (what: string, values: readonly number[]) => ({
    ...{ what, value: median(values), unit: "s" as const },
  });
  return {
    figures: [
      seconds("fragments of Smooth", without),
      seconds("segments of DASH and HLS", withTfdt),
      {
        ...{ what: "segments / fragments", value: median(shares) },
        ...{ unit: "times", most: MOST },
      },
    ],
  };
}

/** What the process has used for the requests. */
async function cpuSeconds(
  { port, child }: Server,
  paths: readonly string[],
): Promise<number> {
  const pid = child.pid ?? 0;
  const before = usedSeconds(pid);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let next = 0;
  const lanes = Array.from({ length: CONNECTIONS }, async () => {
    while (next < REQUESTS)
      await fetched(agent, port, paths[next++ % paths.length] ?? "");
  });
  await Promise.all(lanes);
  agent.destroy();
  return usedSeconds(pid) - before;
}

async function fetched(
  agent: Agent,
  port: number,
  path: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get({ agent, port, path, host: "127.0.0.1" }, (response) => {
      if (response.statusCode !== 200) reject(new Error(path));
      response.resume().once("end", resolve).once("error", reject);
    }).once("error", reject);
  });
}

/** Ticks of user and system time, a hundred a second. proc(5) */
function usedSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
