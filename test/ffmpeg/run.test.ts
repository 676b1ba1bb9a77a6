import { basename } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { lastLines, runTool } from "../../src/ffmpeg/run.js";
import { progressWatch } from "../../src/ffmpeg/stall.js";

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

  test("is given the environment, but no key and no key seed", async () => {
    const secrets = ["MSS_PACK_KEY", "MSS_PACK_KEY_SEED", "mss_pack_key"];
    for (const name of secrets) vi.stubEnv(name, "secret");
    const [path, args] = node("console.log(JSON.stringify(process.env))");
    const { stdout } = await runTool(path, args, { keepStdout: true });
    vi.unstubAllEnvs();
    expect(JSON.parse(stdout)).toMatchObject({ PATH: process.env["PATH"] });
    expect(stdout.toUpperCase()).not.toContain("MSS_PACK_KEY");
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
        /^\/nowhere\/ffmpeg: cannot be started \(no such file/,
      ) as string,
    });
  });
});

describe("a program that comes to no end", () => {
  const task = { file: "/films/a.ts", code: "input", stallSeconds: 2 } as const;

  test("is killed when it says nothing any more", async () => {
    let pid = 0;
    const [path, args] = node(
      "console.log(process.pid); setInterval(() => {}, 1000)",
    );
    const run = runTool(path, args, {
      task,
      onLine: (line) => (pid = Number(line)),
    });
    await expect(run).rejects.toMatchObject({
      code: "input",
      message: `/films/a.ts: ${basename(path)} made no progress for 2 s and was stopped.`,
      hint: expect.stringContaining("--stall-timeout") as string,
    });
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test("is killed when it reports on and on that nothing is done", async () => {
    const [path, args] = node(
      "setInterval(() => console.log('frame=7\\nfps=25\\nprogress=continue'), 50)",
    );
    const run = runTool(path, args, {
      task: { ...task, isProgress: progressWatch() },
    });
    await expect(run).rejects.toMatchObject({ code: "input" });
  });

  test("is left alone as long as more and more is done", async () => {
    const [path, args] = node(
      "let n = 0; const t = setInterval(() => { console.log('frame=' + n); if (++n === 30) clearInterval(t) }, 100)",
    );
    const { exitCode } = await runTool(path, args, {
      task: { ...task, isProgress: progressWatch() },
    });
    expect(exitCode).toBe(0);
  });

  test("is killed when what is to be kept of it goes on and on", async () => {
    const [path, args] = node(
      "const text = 'x'.repeat(2 ** 20); const more = () => process.stdout.write(text, more); more()",
    );
    const run = runTool(path, args, { task, keepStdout: true });
    await expect(run).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /^\/films\/a\.ts: .* without end\. Expected at most 32 MiB\.$/,
      ) as string,
    });
  });
});

test.each(["onLine", "onErrorLine"] as const)(
  "what %s throws ends the program",
  async (name) => {
    const [path, args] = node(
      "setInterval(() => { console.log('a'); console.error('b') }, 20)",
    );
    const fail = () => {
      throw new Error("enough");
    };
    await expect(runTool(path, args, { [name]: fail })).rejects.toThrow(
      "enough",
    );
  },
);

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
