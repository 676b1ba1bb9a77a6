import { describe, expect, test } from "vitest";
import { lastLines, runTool } from "../../src/tools/run.js";

/** Runs a line of JavaScript as a program. */
const node = (script: string): [string, string[]] => [
  process.execPath,
  ["-e", script],
];

describe("a program that is run", () => {
  test("gives its exit code and what it said", async () => {
    const [path, args] = node(
      "console.log('out'); console.error('err'); process.exitCode = 3",
    );
    expect(await runTool(path, args, { keepStdout: true })).toEqual({
      exitCode: 3,
      killedBy: null,
      stdout: "out\n",
      stderr: "err\n",
    });
    expect(await runTool(path, args)).toMatchObject({ stdout: "" });
  });

  test("is given its arguments as they are, no shell between", async () => {
    const words = ["a b", "$HOME", "'\"", "*", "", "é"];
    const [path, args] = node(
      "console.log(JSON.stringify(process.argv.slice(1)))",
    );
    const { stdout } = await runTool(path, [...args, "--", ...words], {
      keepStdout: true,
    });
    expect(JSON.parse(stdout)).toEqual(words);
  });

  test("is heard line by line, the last one too", async () => {
    const lines: string[] = [];
    const [path, args] = node("process.stdout.write('one\\r\\ntwo\\nthree')");
    await runTool(path, args, { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["one", "two", "three"]);
  });

  test("is remembered by its last 64 KiB of complaints", async () => {
    const [path, args] = node(
      "process.stderr.write('first' + 'x'.repeat(100_000) + 'last')",
    );
    const { stderr } = await runTool(path, args);
    expect(stderr).toHaveLength(65_536);
    expect(stderr).toMatch(/^x+last$/);
  });

  test("that was killed did not succeed", async () => {
    const [path, args] = node("process.kill(process.pid, 'SIGKILL')");
    const { exitCode, killedBy } = await runTool(path, args);
    expect(exitCode).not.toBe(0);
    expect(killedBy).toBe("SIGKILL");
  });

  test("that cannot be started is a missing tool", async () => {
    await expect(runTool("/nowhere/ffmpeg", [])).rejects.toMatchObject({
      code: "tool",
      message: expect.stringMatching(
        /^\/nowhere\/ffmpeg: cannot be started \(.*ENOENT/,
      ) as string,
    });
  });
});

describe("when the user aborts", () => {
  /** Never ends, and tells its number. */
  const ENDLESS = "console.log(process.pid); setInterval(() => {}, 1000)";

  test("the program is gone before the error is told", async () => {
    const abort = new AbortController();
    let pid = 0;
    const [path, args] = node(ENDLESS);
    const run = runTool(path, args, {
      signal: abort.signal,
      onLine: (line) => {
        pid = Number(line);
        abort.abort(new Error("Ctrl-C"));
      },
    });
    await expect(run).rejects.toMatchObject({
      code: "aborted",
      cause: expect.objectContaining({ message: "Ctrl-C" }) as Error,
    });
    expect(pid).toBeGreaterThan(0);
    // Signal 0 asks whether the process is there.
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test("even a program that will not listen is killed", async () => {
    const abort = new AbortController();
    const deaf =
      "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {});";
    const [path, args] = node(deaf + ENDLESS);
    const run = runTool(path, args, {
      signal: abort.signal,
      onLine: () => abort.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
  });

  test("before the start, nothing is started", async () => {
    const signal = AbortSignal.abort();
    await expect(
      runTool("/nowhere/ffmpeg", [], { signal }),
    ).rejects.toMatchObject({
      code: "aborted",
    });
  });

  test("after the end, nothing happens", async () => {
    const abort = new AbortController();
    const [path, args] = node("");
    const { exitCode } = await runTool(path, args, { signal: abort.signal });
    abort.abort();
    expect(exitCode).toBe(0);
  });
});

test("last lines are the last that say something", () => {
  const text = "one\ntwo\r\n\n  \rthree\n\n";
  expect(lastLines(text, 2)).toBe("two\nthree");
  expect(lastLines(text, 9)).toBe("one\ntwo\nthree");
  expect(lastLines("\n\n", 1)).toBe("");
});
