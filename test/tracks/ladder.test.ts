import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mux, type MuxOptions } from "../../src/pipeline/mux.js";
import type { MuxInput } from "../../src/tracks/read-track.js";
import { ffmpeg } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";
import { moveFar } from "./far.js";
import { film, type FilmOptions } from "./fixtures.js";

const folder = tempFolder();
let outputs = 0;

function muxed(
  inputs: readonly (string | MuxInput)[],
  options: Partial<MuxOptions> = {},
) {
  const output = join(folder, `out-${(outputs += 1)}`);
  return mux(inputs, { output, fsync: false, name: "film", ...options });
}

const videoOnly = (options: FilmOptions = {}) =>
  film(folder, { ...options, options: [...(options.options ?? []), "-an"] });
const x264 = (params: string) => ["-x264-params", params];

/** Copies of streams without encoding. */
async function copied(
  name: string,
  ...args: readonly string[]
): Promise<string> {
  const path = join(folder, name);
  return ffmpeg(["-v", "error", "-nostdin", ...args, path], path);
}

describe("a ladder of files", () => {
  test("is one package: a rung for each picture, a stream for each language", async () => {
    const high = await film(folder, {
      options: ["-b:v", "300k", "-metadata:s:a:0", "language=eng"],
    });
    const low = await videoOnly({ options: ["-b:v", "100k", "-bf", "0"] });
    const german = await copied("de.m4a", "-i", high, "-vn", "-c", "copy");
    const { plan, report } = await muxed(
      [high, low, { path: german, language: "ger" }],
      { verify: "full" },
    );
    expect(report.findings).toEqual([]);
    expect(
      plan.tracks.map(({ stream, source }) => [stream, source.track.language]),
    ).toEqual([
      ["video", "und"],
      ["video", "und"],
      ["audio_eng", "eng"],
      ["audio_deu", "deu"],
    ]);
  });

  test("whose rungs measure the same gets bitrates of its own for each", async () => {
    const one = await videoOnly();
    const other = await copied("same.mp4", "-i", one, "-c", "copy");
    const { folder: made } = await muxed([one, other]);
    const ismc = readFileSync(join(made, "film.ismc"), "utf8");
    const [high, low] = [...ismc.matchAll(/ Bitrate="(\d+)"/g)].map(
      ([, bitrate]) => Number(bitrate),
    );
    expect((high ?? 0) - (low ?? 0)).toBe(2000);
  });

  test("may have key frames of scene cuts beside the common ones", async () => {
    const plain = await videoOnly();
    const more = await videoOnly({ options: ["-force_key_frames", "1.2,2"] });
    const { plan } = await muxed([plain, more]);
    expect(plan.cutTimes).toEqual([0, 20_000_000]);
  });
});

test("a film beyond 4 GiB, with a box of 64 bits and co64, becomes the same package", async () => {
  const near = await film(folder);
  const far = moveFar(near, join(folder, "far.mp4"));
  const [a, b] = [await muxed([near]), await muxed([far])];
  for (const { file } of a.plan.tracks) {
    const bytes = (folder: string) => readFileSync(join(folder, file));
    expect(bytes(b.folder).equals(bytes(a.folder))).toBe(true);
  }
});

describe("what cannot be one package as it is is refused in words, and nothing is written:", () => {
  async function refusal(...inputs: readonly string[]) {
    const output = join(folder, `out-${(outputs += 1)}`);
    const error: unknown = await muxed(inputs, { output }).catch(
      (thrown: unknown) => thrown,
    );
    expect(() => readFileSync(join(output, "film.ism"))).toThrow("ENOENT");
    return error as { code: string; message: string; hint: string };
  }

  test("key frames of scene cuts that differ between rungs", async () => {
    const long = { seconds: 12, gopFrames: 300 };
    const one = await videoOnly({
      ...{ ...long, options: ["-force_key_frames", "1.2,6,9"] },
    });
    const other = await videoOnly({
      ...{ ...long, options: ["-force_key_frames", "1.6,5,9.04"] },
    });
    const { code, message } = await refusal(one, other);
    expect(code).toBe("input");
    expect(message).toMatch(
      /^\S+: frame 31 \(1\.200 s\) is a key frame, \S+ has its next one at frame 41 \(1\.600 s\)\. Rungs must have key frames at the same times; between 0\.000 s and 12\.000 s they share none\./,
    );
  });

  test("open GOPs", async () => {
    const open = await videoOnly({
      ...{ seconds: 12, options: x264("open-gop=1:bframes=3:b-adapt=0") },
    });
    const { code, message, hint } = await refusal(open);
    expect(code).toBe("input");
    expect(message).toContain("has no key frame between 0.000 s and 12.000 s");
    expect(hint).toMatch(
      /^Some key frames cannot begin a fragment: \S+, frame \d+ \(\d\.\d+ s\): .*open GOP/,
    );
  });

  test("an edit that begins inside a group of pictures", async () => {
    const whole = await film(folder);
    const cut = await copied(
      "cut.mp4",
      "-ss",
      "3.1",
      "-i",
      whole,
      "-c",
      "copy",
    );
    expect(await refusal(cut)).toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(
        /inside a group of pictures \(frame \d+ is not a key frame\)\. Expected a cut that needs no encoding\.$/,
      ) as string,
      hint: expect.stringContaining("mss-pack FILE -o FOLDER") as string,
    });
  });

  test("parameter sets that change on the way", async () => {
    const encodings = await Promise.all(
      ["high", "baseline"].map((profile) =>
        videoOnly({ options: ["-profile:v", profile, "-bf", "0"] }),
      ),
    );
    const streams = await Promise.all(
      encodings.map((path, i) =>
        copied(`${i}.h264`, "-i", path, "-c", "copy", "-f", "h264"),
      ),
    );
    const both = `concat:${streams.join("|")}`;
    const args = ["-r", "25", "-f", "h264", "-i", both, "-c", "copy"];
    const { code, message } = await refusal(await copied("both.mp4", ...args));
    expect(code).toBe("unsupported");
    expect(message).toMatch(
      /frame 101 \(4\.000 s\) brings a SPS of \d+ bytes that its sample entry does not have/,
    );
  });

  test("rungs of different frame rates", async () => {
    const rates = ["25", "24000/1001"].map((rate) => videoOnly({ rate }));
    const { code, message } = await refusal(...(await Promise.all(rates)));
    expect(code).toBe("input");
    expect(message).toContain("Expected one frame rate for all rungs.");
  });

  test("MP3 where AAC is expected", async () => {
    const mp3 = await film(folder, { options: ["-c:a", "libmp3lame"] });
    const { code, message, hint } = await refusal(mp3);
    expect(code).toBe("unsupported");
    expect(message).toMatch(/track 2: sample entry mp4a has no Audio/);
    expect(hint).toContain("such as MP3");
  });

  test("HEVC", async () => {
    const hevc = await videoOnly({ options: ["-c:v", "libx265"] });
    const { code, message } = await refusal(hevc);
    expect(code).toBe("unsupported");
    expect(message).toMatch(
      /: is HEVC, which no player in a browser plays as Smooth Streaming\. Expected H\.264\.$/,
    );
  });

  test("a rung that is not the same film", async () => {
    const rungs = [4, 6].map((seconds) => videoOnly({ seconds }));
    const { code, message } = await refusal(...(await Promise.all(rungs)));
    expect(code).toBe("input");
    expect(message).toMatch(
      /lasts 6\.000 s, \S+ 4\.000 s\. Rungs must be the same film\./,
    );
  });
});
