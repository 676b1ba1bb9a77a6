import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux, protectPackage } from "../../../src/index.js";
import { KEY, KID, protectedClip, REQUEST } from "../../drm/package.js";
import { changesOf, namesIn, stoppedRun } from "../../support/crashes.js";
import { tempFolder } from "../../support/temp.js";

const root = tempFolder();
const clear = join(root, "clear");
const hidden = join(root, "hidden");
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const keys = join(root, "film.keys");

const command = (what: string, source: string) => (output: string) => [
  ...[what, join(source, "clip.ism"), "-o", output],
  ...["--key-file", keys, "--quiet", ...(what === "protect" ? TEST_KEYS : [])],
];
const TEST_KEYS = ["--test-keys"];

const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** A package, and the same one encrypted. */
beforeAll(async () => {
  const film = await protectedClip(join(root, "film.mp4"));
  await mux([film], { output: clear, name: "clip", fsync: false });
  await protectPackage(join(clear, "clip.ism"), {
    ...{ output: hidden, protection: REQUEST, fsync: false },
  });
  writeFileSync(keys, `${hex(KID)}:${hex(KEY)}\n`, { mode: 0o600 });
});

/** All files of a folder with their bytes. */
const contents = (folder: string) =>
  namesIn(folder).map((name) => [name, hex(readFileSync(join(folder, name)))]);

describe.skipIf(process.platform === "win32").each([
  ["protect", clear],
  ["unprotect", hidden],
])("%s that is stopped", (what, source) => {
  test("while it writes leaves nothing, and its source as it was; later, nothing or all", async () => {
    const args = command(what, source);
    const whole = join(root, `${what}-whole`);
    const changes = await changesOf(args(whole), `${whole}.txt`);
    const publication = changes.indexOf("link") + 1;
    expect(publication).toBeGreaterThan(5);
    const writing = [2, Math.ceil(publication / 2)];
    const before = contents(source);
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      for (const at of [...writing, publication, changes.length]) {
        const output = join(root, `${what}-${signal}-${at}`);
        const stop = { at, with: signal };
        const { exitCode } = await stoppedRun(args(output), stop);
        const codes = [CODES[signal], ...(writing.includes(at) ? [] : [0])];
        expect(codes).toContain(exitCode);
        expect(namesIn(output)).toEqual(exitCode === 0 ? namesIn(whole) : []);
      }
    expect(contents(source)).toEqual(before);
  });
});
