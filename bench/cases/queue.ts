import { createHash } from "node:crypto";
import { join } from "node:path";
import { Redis } from "ioredis";
import { addFilms, type NewFilm } from "../../src/queue/add-films.js";
import { connect } from "../../src/queue/connect.js";
import { USUAL_PRIORITY, USUAL_TRIES } from "../../src/queue/jobs.js";
import { listFilms } from "../../src/queue/list-films.js";
import { missingForRedis, startRedis } from "../../test/servers/redis.js";
import type { Case, Outcome, Setting } from "../case.js";

const FILMS = 2000;
const MOST_SECONDS = 10;
const MOST_MB = 200;

/** Planning them is apart: it is a look into each film, on the machine that submits. */
export const scaleQueue: Case = {
  name: "scale/queue",
  runs: 1,
  title: `${FILMS} films of two hours put into a queue of Redis, and listed`,
  run: queueFilms,
};

async function queueFilms({ folder }: Setting): Promise<Outcome> {
  if (missingForRedis.length > 0)
    return { skipped: [`all: not installed: ${missingForRedis.join(", ")}`] };
  const server = await startRedis(join(folder, "redis"));
  const { url } = server;
  const address = { kind: "redis", url, shown: "Redis" } as const;
  const connected = await connect(address, { onWarning: console.warn });
  try {
    const added = await secondsOf(() =>
      addFilms(connected, films(), USUAL_TRIES),
    );
    const listed = await secondsOf(async () => {
      const { length } = await listFilms(connected);
      if (length !== FILMS) throw new Error(`${length} films are listed`);
    });
    const memory = await usedBytes(url);
    return {
      figures: [
        { what: "added", value: added, unit: "s", most: MOST_SECONDS },
        { what: "Redis", value: memory / 1e6, unit: "MB", most: MOST_MB },
        { what: "listed", value: listed, unit: "s" },
      ],
    };
  } finally {
    await connected.close();
    await server.stop();
  }
}

function films(): NewFilm[] {
  return Array.from({ length: FILMS }, (_, i) => {
    const id = createHash("sha256").update(String(i)).digest("hex");
    const input = `/films/series/season-1/episode-${i}.mp4`;
    const plan = `/packages/.mss-pack-queue/${id}/plan.json`;
    const [steps, priority] = [363, USUAL_PRIORITY];
    return { id: id.slice(0, 32), input, plan, steps, priority };
  });
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

async function usedBytes(url: string): Promise<number> {
  const client = new Redis(url);
  const info = await client.info("memory");
  client.disconnect();
  return Number(/used_memory:(\d+)/.exec(info)?.[1]);
}
