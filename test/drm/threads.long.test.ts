import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { mux } from "../../src/pipeline/mux.js";
import { largeFilm } from "../support/large-film.js";
import { tempFolder } from "../support/temp.js";
import { REQUEST } from "./package.js";

/** Built code writes large packages by several threads; from its source, as here, one thread writes all. */
const folder = tempFolder();
let film: string;
beforeAll(async () => {
  film = await largeFilm(folder);
});
const HOOK = new URL("../support/when-threads.js", import.meta.url).href;
const RUN = fileURLToPath(new URL("run.js", import.meta.url));
const OPTIONS = { name: "film", fragmentSeconds: 0.5, fsync: false };
const protection = { ...REQUEST, reproducible: true };

async function muxWithThreads(output: string, whenThreads: string) {
  const { laUrl } = REQUEST;
  const order = {
    ...{ what: "mux", input: film, command: true },
    options: { ...OPTIONS, output },
    protection: { laUrl, reproducible: true },
  };
  const child = spawn(
    process.execPath,
    ["--import", HOOK, RUN, JSON.stringify(order)],
    { env: { ...process.env, WHEN_THREADS: whenThreads } },
  );
  let stderr = "";
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => (stderr += text));
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  return { exitCode, stderr };
}

const threadsTest = test.skipIf(availableParallelism() < 2);

threadsTest("several threads encrypt to the same bytes as one", async () => {
  const [many, one] = [join(folder, "many"), join(folder, "one")];
  const { exitCode, stderr } = await muxWithThreads(many, "");
  expect(stderr.match(/a thread/g)?.length).toBeGreaterThan(1);
  expect(exitCode).toBe(0);
  const { files } = await mux([film], {
    ...OPTIONS,
    output: one,
    protection,
  });
  for (const { file: name } of files) {
    const [a, b] = [many, one].map((at) => readFileSync(join(at, name)));
    expect(a?.equals(b ?? Buffer.of()), name).toBe(true);
  }
});

threadsTest("a stop while threads encrypt leaves nothing", async () => {
  const out = join(folder, "stopped");
  const { exitCode, stderr } = await muxWithThreads(out, "stop");
  expect(stderr).toContain("Stopped before the work was done.");
  expect(exitCode).not.toBe(0);
  expect(existsSync(out)).toBe(false);
});
