import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { findTools, pack, packAll } from "../../src/index.js";
import { mssPack } from "../support/cli.js";
import { countedTools } from "../support/counted-tools.js";
import { filmMaker, QUICK, QUICK_FLAGS } from "../support/films.js";
import { CANNOT_FAKE, test } from "../support/scratch-folder.js";

/** What programs are asked about themselves, not about a film. */
const OF_ITSELF = /-version|-encoders|-filters/;
/** The first question about a film. */
const WHAT_IS_IT = /^ffprobe .*-show_format/;

function matching(starts: readonly string[], pattern: RegExp): number {
  return starts.filter((line) => pattern.test(line)).length;
}

describe.skipIf(CANNOT_FAKE)("programs are started no more than needed", () => {
  test("a batch of three asks ffmpeg and ffprobe about themselves once", async ({
    scratch,
  }) => {
    const films = (await filmMaker(scratch))("a.mp4", "b.mp4", "c.mp4");
    const { starts, ...tools } = await countedTools(scratch, await findTools());
    const output = join(scratch, "out");
    const { done } = await packAll(films, { output, ...QUICK, ...tools });
    expect(done).toBe(3);
    const started = await starts();
    expect(matching(started, OF_ITSELF)).toBe(2);
    expect(matching(started, WHAT_IS_IT)).toBe(3);
    expect(started.length).toBeLessThanOrEqual(2 + 3 * 4);
  });

  test("programs that were found for the first film are asked nothing for the next", async ({
    scratch,
  }) => {
    const [film = ""] = (await filmMaker(scratch))("film.mp4");
    const { starts, ...paths } = await countedTools(scratch, await findTools());
    const tools = await findTools(paths);
    const full = { ...QUICK, tools, verify: "full" } as const;
    await pack(film, { ...full, output: join(scratch, "first") });
    const before = (await starts()).length;
    await pack(film, { ...full, output: join(scratch, "second") });
    const started = (await starts()).slice(before);
    expect(matching(started, OF_ITSELF)).toBe(0);
    expect(matching(started, /^ffprobe/)).toBe(3);
    // To encode, and to decode the picture and the sound.
    expect(matching(started, /^ffmpeg/)).toBe(3);
  });

  test("one film with a new key is looked at once", async ({ scratch }) => {
    const [film = ""] = (await filmMaker(scratch))("film.mp4");
    const { starts, ffmpegPath, ffprobePath } = await countedTools(
      scratch,
      await findTools(),
    );
    await mkdir(join(scratch, "keys"));
    const { exitCode, stderr } = await mssPack([
      ...[film, "-o", join(scratch, "out"), ...QUICK_FLAGS],
      ...["--protect", "playready", "--generate-keys"],
      ...["--keys-out", join(scratch, "keys", "film.txt")],
      ...["--ffmpeg", ffmpegPath, "--ffprobe", ffprobePath],
    ]);
    expect(exitCode, stderr).toBe(0);
    const started = await starts();
    expect(matching(started, OF_ITSELF)).toBe(2);
    expect(matching(started, WHAT_IS_IT)).toBe(1);
    expect(started.length).toBeLessThanOrEqual(6);
  });
});
