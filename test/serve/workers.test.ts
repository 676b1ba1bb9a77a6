import cluster, { type Worker } from "node:cluster";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { LIMITS } from "../../src/serve/limits.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import { eventually, get, serving } from "./serving.js";

const parent = tempFolder();
let folder: string;

beforeAll(async () => {
  ({ folder } = await writeFixturePackage(parent));
});

afterEach(() => {
  cluster.removeAllListeners("fork");
});

/** Two workers, and what is told of them. */
async function crew() {
  const warnings: string[] = [];
  const origin = await serving(folder, {
    workers: 2,
    onWarning: (sentence) => warnings.push(sentence),
  });
  const failed = vi.fn();
  origin.failed.catch(failed);
  const [first] = workers();
  return { origin, warnings, failed, first };
}

const workers = () =>
  Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
const kill = (worker?: Worker) => worker?.process.kill("SIGKILL");

test("a worker that dies before it can answer is replaced as any other", async () => {
  const { origin, warnings, failed, first } = await crew();
  cluster.once("fork", kill);
  kill(first);
  const died = "A worker died (SIGKILL); another takes its place.";
  await eventually(async () => {
    expect(warnings).toEqual([died, died]);
    expect(workers()).toHaveLength(2);
    expect((await get(`${origin.url}/clip.ism/Manifest`)).status).toBe(200);
  });
  expect(failed).not.toHaveBeenCalled();
  await origin.close();
});

test("five that die within a minute end all", async () => {
  const { origin, warnings, first } = await crew();
  cluster.on("fork", kill);
  kill(first);
  await expect(origin.failed).rejects.toThrow(
    "5 workers died within a minute.",
  );
  expect(warnings).toHaveLength(4);
  await origin.close();
});

test("when none can answer at the start, that is told", async () => {
  cluster.on("fork", kill);
  await expect(serving(folder, { workers: 2 })).rejects.toThrow(
    "A worker died before it could answer.",
  );
  expect(workers()).toEqual([]);
});

test.skipIf(process.platform === "win32")(
  "one that hangs does not keep the others from ending",
  async () => {
    const before = LIMITS.drainMs;
    LIMITS.drainMs = 0;
    try {
      const { origin, first } = await crew();
      process.kill(first?.process.pid ?? 0, "SIGSTOP");
      await origin.close();
      expect(workers()).toEqual([]);
    } finally {
      LIMITS.drainMs = before;
    }
  },
);
