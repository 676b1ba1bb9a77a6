import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { mux } from "../../src/pipeline/mux.js";
import { mssPack } from "../support/cli.js";
import { largeFilm } from "../support/large-film.js";
import { tempFolder } from "../support/temp.js";

/** The built command writes large packages by several threads; from its source, as here, one thread writes all. */
const folder = tempFolder();

let film: string;
beforeAll(async () => {
  film = await largeFilm(folder);
});
const HOOK = new URL("../support/when-threads.js", import.meta.url).href;

/** The built command, with something that happens when its threads begin. */
function muxWith(input: string, out: string, whenThreads: string) {
  const args = ["mux", input, "-o", out, "--fragment", "0.5", "--no-fsync"];
  const env = { NODE_OPTIONS: `--import ${HOOK}`, WHEN_THREADS: whenThreads };
  return mssPack(args, { env });
}

const threadsTest = test.skipIf(availableParallelism() < 2);

threadsTest("several threads write the same bytes as one", async () => {
  const many = join(folder, "many");
  const { exitCode, stderr } = await muxWith(film, many, "");
  expect(stderr).toContain("a thread\n");
  expect(exitCode).toBe(0);
  const options = { fragmentSeconds: 0.5, fsync: false };
  const output = join(folder, "one");
  const { files } = await mux([film], { output, ...options });
  for (const { file: name } of files) {
    const [a, b] = [many, output].map((at) => readFileSync(join(at, name)));
    expect(a?.equals(b ?? Buffer.of()), name).toBe(true);
  }
});

threadsTest(
  "a film that is cut off while threads read it is told as that",
  async () => {
    const cut = join(folder, "cut.mp4");
    copyFileSync(film, cut);
    const out = join(folder, "from-cut");
    const { exitCode, stderr } = await muxWith(cut, out, `cut ${cut}`);
    expect(stderr).toContain("A file to copy from ends at");
    expect(exitCode).toBe(3);
    expect(existsSync(out)).toBe(false);
  },
);

threadsTest("Ctrl-C while threads write leaves nothing", async () => {
  const out = join(folder, "stopped");
  const { exitCode, stderr } = await muxWith(film, out, "stop");
  expect(stderr).toContain("Stopped before the work was done.");
  expect(exitCode).toBe(130);
  expect(existsSync(out)).toBe(false);
});
