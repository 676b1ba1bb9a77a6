import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ownerText, THIS_PROCESS, type Owner } from "../../src/ffmpeg/owner.js";
import { mssPack } from "../support/cli.js";
import { makeClip } from "../support/clip.js";
import {
  changesOf,
  looksOf,
  namesIn,
  QUICK,
  stoppedRun,
  successful,
} from "../support/crashes.js";

/** Debian's nobody and nogroup; any number does. */
const NOBODY = 65_534;
const AS_NOBODY = [
  ...["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
];
const DEAD: Owner = { ...THIS_PROCESS, pid: 999_999_999 };
const WHOLE = ["clip.ism", "clip.ismc", "clip_60.ismv", "clip_und_128.isma"];

let scratch: string;
let out: string;
let clip: string;
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), "mss-pack-shared-"));
  chmodSync(scratch, 0o755);
  clip = await makeClip(join(scratch, "clip.mp4"), { seconds: 1 });
  out = join(scratch, "out");
  mkdirSync(out);
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** A work folder of a dead run of ours, as mkdtemp makes it. */
function leave(): string {
  const name = `.mss-pack-tmp-${ownerText(DEAD)}-abcdef`;
  mkdirSync(join(out, name, "encoded"), { recursive: true, mode: 0o700 });
  writeFileSync(join(out, name, "alive"), ".");
  return name;
}

describe.skipIf(!canBeNobody())(
  "dead work of another user (skipped unless root may run as nobody)",
  () => {
    test.for([
      ["a folder in which all may do all", 0o777],
      ["a folder in which only owners may rename", 0o1777],
    ] as const)(
      "in %s is left as it is, and stops no run",
      async ([, mode]) => {
        chmodSync(out, mode);
        const name = leave();
        const before = statSync(join(out, name)).ino;
        const args = [clip, "-o", out, ...QUICK, "--quiet"];
        const { exitCode, stderr } = await mssPack(args, {
          through: AS_NOBODY,
        });
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        expect(namesIn(out)).toEqual([name, ...WHOLE]);
        expect(statSync(join(out, name)).ino).toBe(before);
        await mssPack([...args, "--overwrite"]);
        expect(namesIn(out)).toEqual(WHOLE);
      },
    );

    test.for([
      ["all may do all", 0o777],
      ["only owners may rename", 0o1777],
    ] as const)(
      "that died while it replaced a package holds nobody up where %s, and that user gets the old package back",
      async ([, mode]) => {
        const args = [clip, "-o", out, ...QUICK, "--quiet"];
        await successful(args);
        const again = [...args, "--overwrite", "--tfdt"];
        const changes = await changesOf(again, join(scratch, "changes.txt"));
        const old = looksOf(out);
        chmodSync(out, mode);
        const at = changes.lastIndexOf("link") + 1;
        await stoppedRun(again, { at, with: "SIGKILL" });
        expect(namesIn(out)).not.toContain("clip.ism");
        const through = AS_NOBODY;
        for (const name of ["one", "two"])
          await successful([...args, "--name", name], { through });
        expect(namesIn(out)).toContain("two.ism");
        await successful([...args, "--name", "three"]);
        expect(looksOf(out)).toEqual(expect.arrayContaining(old));
        expect(namesIn(out).filter((name) => /^\./.test(name))).toEqual([]);
      },
    );

    test("that can be opened but not emptied stops no run either", async () => {
      chmodSync(out, 0o777);
      const name = leave();
      const path = join(out, name);
      chownSync(path, NOBODY, NOBODY);
      writeFileSync(join(path, "encoded", "audio.mp4"), "root's");
      const args = [clip, "-o", out, ...QUICK, "--quiet"];
      const { exitCode, stderr } = await mssPack(args, { through: AS_NOBODY });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(namesIn(out)).toEqual(expect.arrayContaining(WHOLE));
    });
  },
);

function canBeNobody(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    const [program = "", ...rest] = AS_NOBODY;
    // Node and our own files must be readable for all, too.
    execFileSync(program, [
      ...rest,
      process.execPath,
      "bin/mss-pack.js",
      "--version",
    ]);
    return true;
  } catch {
    return false;
  }
}
