import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
  writeSync,
  copyFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, describe, test } from "vitest";
import { mux, protectPackage } from "../../src/index.js";
import { tempFolder } from "../support/temp.js";
import { protectedClip, REQUEST } from "./package.js";

const root = tempFolder();
const film = await protectedClip(join(root, "film.mp4"));
const clear = join(root, "clear");
await mux([film], { output: clear, name: "clip", fsync: false });
const VIDEO = readdirSync(clear).find((name) => /v$/.test(name)) ?? "";

const protection = { ...REQUEST, reproducible: true };
/** @param path of a file that is read */
type Change = (path: string) => void;

/** As many bytes, and the time of the last write set back. */
const overwrite: Change = (path) => {
  const { atime, mtime, size } = statSync(path);
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(64, 1), 0, 64, Math.floor(size / 2));
  closeSync(file);
  utimesSync(path, atime, mtime);
};

/** Another file of the same bytes, as an upload puts it in place. */
const replace: Change = (path) => {
  copyFileSync(path, `${path}.new`);
  renameSync(`${path}.new`, path);
};

/** Calls it once, when something has been written. */
function onceWritten(change: () => void) {
  let isDone = false;
  return ({ step }: { readonly step: string }) => {
    if (step !== "mux" || isDone) return;
    isDone = true;
    change();
  };
}

describe.each([
  ["is written to", overwrite],
  ["is replaced", replace],
])(
  "a source that %s under vectors that are made of it leaves nothing",
  (_, change) => {
    test.each<
      [string, string, (path: string, output: string) => Promise<unknown>]
    >([
      [
        "mux",
        film,
        (path, output) =>
          mux([path], {
            ...{ output, protection },
            onProgress: onceWritten(() => change(path)),
          }),
      ],
      [
        "protect",
        join(clear, VIDEO),
        (path, output) =>
          protectPackage(join(clear, "clip.ism"), {
            ...{ output, protection },
            onProgress: onceWritten(() => change(path)),
          }),
      ],
    ])("%s", async (_, path, run) => {
      const output = join(root, "never");
      await expect(run(path, output)).rejects.toMatchObject({
        code: "input",
        message: expect.stringContaining(
          `${path}: changed while it was encrypted`,
        ) as string,
      });
      expect(existsSync(output)).toBe(false);
    });
  },
);
