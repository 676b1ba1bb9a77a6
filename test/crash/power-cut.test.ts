import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { makeClip } from "../support/clip.js";
import { namesIn, QUICK } from "../support/crashes.js";
import { tempFolder } from "../support/temp.js";

const CLI = fileURLToPath(new URL("../../bin/mss-pack.js", import.meta.url));
const HAS_STRACE =
  process.platform === "linux" &&
  ["/usr/bin/strace", "/bin/strace"].some((path) => existsSync(path));

/** One call to the kernel that flushes something, or gives or takes a name. */
interface Call {
  readonly kind: "flush" | "link" | "remove" | "move";
  readonly path: string;
}

describe.skipIf(!HAS_STRACE)(
  "what is on the disk when the power goes (skipped without strace)",
  () => {
    const folder = tempFolder();
    const out = join(folder, "new", "out");
    let calls: readonly Call[] = [];
    let replacing: readonly Call[] = [];
    let failing: readonly Call[] = [];
    beforeAll(async () => {
      const clip = await makeClip(join(folder, "clip.mp4"), { seconds: 1 });
      const args = [clip, "-o", out, ...QUICK, "--quiet"];
      calls = traced(join(folder, "first.txt"), args);
      const again = [...args, "--overwrite"];
      replacing = traced(join(folder, "second.txt"), again);
      const flushes = replacing.filter(({ kind }) => kind === "flush").length;
      failing = traced(join(folder, "third.txt"), again, flushes);
    });

    test("each file's bytes are flushed before the .ism gets its name", () => {
      const end = linkOf("clip.ism");
      const flushed = calls
        .slice(0, end)
        .filter(({ kind }) => kind === "flush");
      const names = namesIn(out);
      expect(names).toHaveLength(4);
      for (const name of names) {
        const path = expect.stringMatching(
          new RegExp(`/\\.mss-pack-tmp-[^/]+/${name}$`),
        ) as string;
        expect(flushed).toContainEqual({ kind: "flush", path });
      }
    });

    test("the names of all files are flushed before the .ism gets its own, and that one after", () => {
      const end = linkOf("clip.ism");
      const before = calls.slice(0, end).map(textOf);
      const lastName = Math.max(
        ...["clip.ismc", "clip_60.ismv", "clip_und_128.isma"].map(linkOf),
      );
      expect(before.lastIndexOf(`flush ${out}`)).toBeGreaterThan(lastName);
      expect(calls.slice(end).map(textOf)).toContain(`flush ${out}`);
    });

    test("so are the names of new folders above", () => {
      const before = calls.slice(0, linkOf("clip.ism")).map(textOf);
      expect(before).toContain(`flush ${folder}`);
      expect(before).toContain(`flush ${join(folder, "new")}`);
    });

    test("the list of what is published is flushed before the first file gets its name", () => {
      const first = calls.findIndex(({ kind }) => kind === "link");
      const list = expect.stringMatching(/\/publishing\.json$/) as string;
      expect(calls.slice(0, first)).toContainEqual({
        kind: "flush",
        path: list,
      });
    });

    test("an old .ism is gone for good before its media goes", () => {
      const texts = replacing.map(textOf);
      const manifest = texts.indexOf(`move ${join(out, "clip.ism")}`);
      const media = texts.indexOf(`move ${join(out, "clip_60.ismv")}`);
      expect(manifest).toBeGreaterThan(-1);
      expect(media).toBeGreaterThan(manifest);
      expect(texts.slice(manifest, media)).toContain(`flush ${out}`);
    });

    test("the place where old files go is on the disk before they leave theirs for good", () => {
      const texts = replacing.map(textOf);
      const list = texts.findIndex((text) => /flush .*publishing/.test(text));
      const manifest = texts.indexOf(`move ${join(out, "clip.ism")}`);
      const work = expect.stringMatching(
        /flush .*\.mss-pack-tmp-[^/]+$/,
      ) as string;
      expect(texts.slice(list, manifest)).toContainEqual(work);
      const gone = texts.indexOf(`flush ${out}`, manifest);
      const aside = expect.stringMatching(/flush .*\/replaced$/) as string;
      expect(texts.slice(manifest, gone)).toContainEqual(aside);
    });

    test("when the last flush fails, the new .ism goes for good before its media, and the old one comes after its own", () => {
      const texts = failing.map(textOf);
      const published = texts.lastIndexOf(`flush ${out}`, gone());
      expect(published).toBeGreaterThan(-1);
      const media = texts.indexOf(`remove ${join(out, "clip_60.ismv")}`);
      expect(media).toBeGreaterThan(gone());
      expect(texts.slice(gone(), media)).toContain(`flush ${out}`);
      const back = texts.lastIndexOf(`link ${join(out, "clip_60.ismv")}`);
      const manifest = texts.lastIndexOf(`link ${join(out, "clip.ism")}`);
      expect(back).toBeGreaterThan(media);
      expect(texts.slice(back, manifest)).toContain(`flush ${out}`);
      expect(texts.slice(manifest)).toContain(`flush ${out}`);

      function gone(): number {
        return texts.indexOf(`remove ${join(out, "clip.ism")}`);
      }
    });

    test("a new key is on the disk before anything that was encrypted with it can be seen", () => {
      const keys = join(folder, "new.keys");
      const hidden = join(folder, "hidden");
      const texts = traced(join(folder, "fourth.txt"), [
        ...["protect", join(out, "clip.ism"), "-o", hidden, "--quiet"],
        ...["--generate-keys", "--keys-out", keys],
      ]).map(textOf);
      const [file, name] = [`flush ${keys}`, `flush ${folder}`].map((text) =>
        texts.indexOf(text),
      );
      const media = texts.findIndex((text) =>
        text.startsWith(`link ${join(hidden, "clip")}`),
      );
      expect(file).toBeGreaterThan(-1);
      expect(name).toBeGreaterThan(file ?? 0);
      expect(media).toBeGreaterThan(name ?? 0);
    });

    function linkOf(name: string): number {
      const at = calls.map(textOf).indexOf(`link ${join(out, name)}`);
      expect(at).toBeGreaterThan(-1);
      return at;
    }
  },
);

const textOf = ({ kind, path }: Call) => `${kind} ${path}`;

/** @param failingFlush number of the flush that fails, counted from 1; then the run does, too */
function traced(
  log: string,
  args: readonly string[],
  failingFlush?: number,
): Call[] {
  const kinds = "trace=fsync,fdatasync,link,linkat,unlink,unlinkat,rename";
  const strace = ["-f", "-y", "-s", "4096", "-e", kinds, "-o", log];
  if (failingFlush !== undefined)
    strace.push("-e", `inject=fsync:error=EIO:when=${failingFlush}`);
  const { status } = spawnSync(
    "strace",
    [...strace, process.execPath, CLI, ...args],
    {
      // Calls through a ring are not seen by strace, which counts those of each thread for itself.
      env: { ...process.env, UV_USE_IO_URING: "0", UV_THREADPOOL_SIZE: "1" },
      stdio: "pipe",
    },
  );
  expect(status).toBe(failingFlush === undefined ? 0 : 5);
  return readFileSync(log, "utf8")
    .split("\n")
    .map(callIn)
    .filter((call) => call !== undefined);
}

/** Only the beginning of a call that another thread has interrupted; its order is that of the beginnings. */
function callIn(line: string): Call | undefined {
  const flush = /f(?:data)?sync\(\d+<([^>]+)>/.exec(line)?.[1];
  if (flush !== undefined) return { kind: "flush", path: flush };
  const link = /\blink(?:at)?\(.*"([^"]+)"/.exec(line)?.[1];
  if (link !== undefined) return { kind: "link", path: link };
  const moved = /\brename\("([^"]+)"/.exec(line)?.[1];
  if (moved !== undefined) return { kind: "move", path: moved };
  const removed = /\bunlink(?:at)?\([^"]*"([^"]+)"/.exec(line)?.[1];
  return removed === undefined ? undefined : { kind: "remove", path: removed };
}
