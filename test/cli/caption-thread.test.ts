import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeCaptionFiles } from "../../bench/caption-files.js";
import { mux } from "../../src/pipeline/mux.js";
import { mssPack } from "../support/cli.js";
import { fixture } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";

/** The built command reads many captions by a thread; from its source, as here, it has none. */
const folder = tempFolder();
const HOOK = new URL("../support/when-threads.js", import.meta.url).href;
const CLIP = fixture("film.mp4");
const LANGUAGES = ["eng", "deu", "fra", "spa"];

function muxBuilt(captions: readonly string[], out: string) {
  const args = captions.flatMap((value) => ["--captions", value]);
  const env = { NODE_OPTIONS: `--import ${HOOK}`, WHEN_THREADS: "" };
  return mssPack(["mux", CLIP, ...args, "-o", out, "--no-fsync"], { env });
}

test("captions of a long film are read by a thread, as without one", async () => {
  const captions = writeCaptionFiles(folder, 4).map(
    (path, i) => `${path}=${LANGUAGES[i]}`,
  );
  const threaded = join(folder, "thread");
  const { exitCode, stderr } = await muxBuilt(captions, threaded);
  expect(stderr).toContain("a thread\n");
  expect(exitCode).toBe(0);
  const output = join(folder, "none");
  const { files, notes } = await mux([CLIP], {
    output,
    captions,
    fsync: false,
  });
  for (const { file: name } of files) {
    const [a, b] = [threaded, output].map((at) => readFileSync(join(at, name)));
    expect(a?.equals(b ?? Buffer.of()), name).toBe(true);
  }
  for (const note of notes) expect(stderr).toContain(note);
});

test("a fault that a thread finds is told with its file, line and advice", async () => {
  const [first = "", ...others] = writeCaptionFiles(folder, 5);
  const faulty = join(folder, "faulty.srt");
  writeFileSync(
    faulty,
    readFileSync(first, "utf8").replace("00:00:05,400", "soon"),
  );
  const values = [...others, faulty].map(
    (path, i) => `${path}=${LANGUAGES[i] ?? "ita"}`,
  );
  const { exitCode, stderr } = await muxBuilt(values, join(folder, "faulty"));
  expect(stderr).toContain("a thread\n");
  expect(stderr).toMatch(/faulty\.srt, line \d+: /);
  expect(stderr).toContain("Correct that line of the file.");
  expect(exitCode).toBe(3);
});

test("a file that needs more memory than the thread has is read all the same", async () => {
  const [first = ""] = writeCaptionFiles(folder, 1);
  const dense = join(folder, "dense.ttml");
  writeFileSync(dense, denseCaptions(950_000));
  const values = [`${dense}=eng`, `${first}=deu`];
  const { exitCode, stderr } = await muxBuilt(values, join(folder, "dense"));
  expect(stderr).toContain("a thread\n");
  expect(stderr).not.toContain("memory");
  expect(exitCode).toBe(0);
});

/** Each span becomes an object of some hundred bytes. */
function denseCaptions(bytes: number): string {
  const spans = "<span>a</span><br/>".repeat(40);
  const paragraph = `<p begin="0s" end="1s">${spans}</p>`;
  const count = Math.floor(bytes / paragraph.length);
  return `<tt xmlns="http://www.w3.org/ns/ttml"><body><div>${paragraph.repeat(count)}</div></body></tt>`;
}
