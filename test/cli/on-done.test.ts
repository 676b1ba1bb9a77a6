import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { programGiven } from "../../src/cli/follow-up-values.js";
import { runOnDone } from "../../src/cli/on-done.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const LINE = '{"type":"result","name":"$HOME"}';

/** A program in a folder and with a name that have blanks. */
function script(name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode });
  return path;
}

async function call(program: string, signal?: AbortSignal) {
  const said: string[] = [];
  const manifest = join(folder, "a film;touch gone.ism");
  const say = (line: string) => said.push(line);
  const notes = await runOnDone(program, manifest, LINE, { say, signal });
  return { notes, said, manifest };
}

// Windows starts no scripts without a shell.
describe.skipIf(process.platform === "win32")("a program", () => {
  test("gets the manifest, the line and our environment, and neither a shell nor a key", async () => {
    process.env["MSS_PACK_KEY"] = "0123";
    const path = script(
      "take a film",
      'echo "$#:$1"; cat; echo "[$MSS_PACK_KEY$GCONV_PATH]"; echo "$HOME"; echo wrong >&2',
    );
    const { notes, said, manifest } = await call(path);
    delete process.env["MSS_PACK_KEY"];
    expect(notes).toEqual([]);
    expect(said.filter((line) => line !== "wrong")).toEqual([
      ...[`1:${manifest}`, LINE, "[]", process.env["HOME"]],
    ]);
    expect(said).toContain("wrong");
    expect(existsSync(join(folder, "gone.ism"))).toBe(false);
  });

  test("that fails is a note with its last words", async () => {
    const path = script("fails.sh", "echo no room on the server >&2; exit 3");
    const { notes } = await call(path);
    expect(notes).toEqual([
      "--on-done: fails.sh ended with exit code 3: no room on the server.",
    ]);
  });

  test("that a signal kills is a note", async () => {
    const { notes } = await call(script("killed.sh", "kill -9 $$"));
    expect(notes).toEqual(["--on-done: killed.sh was killed by SIGKILL."]);
  });

  test("that is not there, or may not be run, is a note", async () => {
    const { notes: gone } = await call(join(folder, "gone.sh"));
    expect(gone).toEqual([
      "--on-done: gone.sh cannot be started (no such file or directory).",
    ]);
    const { notes: plain } = await call(script("plain.sh", "", 0o644));
    expect(plain).toEqual([
      "--on-done: plain.sh cannot be started (permission denied).",
    ]);
  });

  test("that reads nothing and closes its end is no failure", async () => {
    const path = script("deaf.sh", "exec <&-; exit 0");
    const long = "x".repeat(1_000_000); // no pipe holds so much
    const notes = await runOnDone(path, "film.ism", long, { say: () => 0 });
    expect(notes).toEqual([]);
  });

  test("that writes much on both outputs gets rid of it all", async () => {
    const path = script(
      "talks.sh",
      "i=0; while [ $i -lt 20000 ]; do echo out $i; echo error $i >&2; i=$((i+1)); done",
    );
    const { notes, said } = await call(path);
    expect(notes).toEqual([]);
    expect(said).toHaveLength(40_000);
  });

  test("ends with the run, even in the middle of its work", async () => {
    const stop = new AbortController();
    const begun = join(folder, "begun");
    const path = script(
      "endless.sh",
      `echo begun > ${begun}; echo ready; exec sleep 1000`,
    );
    const notes = await runOnDone(path, "film.ism", LINE, {
      say: () => stop.abort(),
      signal: stop.signal,
    });
    expect(notes).toEqual(["--on-done: endless.sh was stopped."]);
    expect(readFileSync(begun, "utf8")).toBe("begun\n");
  });
});

test.each(["", "  "])("%j is no program", (text) => {
  expect(() => programGiven(text)).toThrow("Expected a program.");
});
