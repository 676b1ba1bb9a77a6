import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { probe } from "../../src/probe/probe.js";
import type { Tools } from "../../src/ffmpeg/find.js";
import { hex } from "../support/hex-bytes.js";
import {
  CANNOT_FAKE,
  fakeProgram,
  test,
  writeTo,
} from "../support/scratch-folder.js";
import { parts } from "../support/sources.js";

function toolsWith(ffprobe: string): Tools {
  const found = { version: "5.1", origin: "given" } as const;
  return {
    ffmpeg: { path: "/nowhere/ffmpeg", ...found },
    ffprobe: { path: ffprobe, ...found },
  };
}

const NOT_ASKED = toolsWith("/nowhere/ffprobe");

describe("an input is unusable before ffprobe is asked", () => {
  test("when it is not there", async ({ scratch }) => {
    const path = join(scratch, "none.mp4");
    await expect(probe(path, NOT_ASKED)).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining(
        `${path}: cannot be read (no such file`,
      ) as string,
    });
  });

  test("when it is a folder", async ({ scratch }) => {
    await expect(probe(scratch, NOT_ASKED)).rejects.toMatchObject({
      code: "input",
      message: `${scratch}: is not a file but a folder.`,
    });
  });

  test("when it is empty", async ({ scratch }) => {
    const path = await writeTo(scratch, "empty.mp4");
    await expect(probe(path, NOT_ASKED)).rejects.toMatchObject({
      code: "input",
      message: `${path}: is empty (0 bytes).`,
    });
  });
});

describe.skipIf(CANNOT_FAKE)("ffprobe", () => {
  test("is asked for format and streams of an absolute path", async ({
    scratch,
  }) => {
    const input = await writeTo(scratch, "a:b 100%d.mp4", hex`00`);
    const words = join(scratch, "words.txt");
    const report =
      '{"format":{"duration":"2"},"streams":[{"index":0,"codec_type":"audio","codec_name":"flac","channels":1}]}';
    const ffprobe = await fakeProgram(
      scratch,
      "ffprobe",
      `[ -e '${words}' ] || printf '%s\\n' "$@" > '${words}'`,
      `echo '${report}'`,
    );
    const info = await probe(input, toolsWith(ffprobe));
    expect(info).toMatchObject({
      path: input,
      sizeBytes: 1,
      durationSeconds: 2,
      streams: [
        { kind: "audio", codec: "flac", language: "und", durationSeconds: 2 },
      ],
    });
    const asked = (await readFile(words, "utf8")).split("\n");
    expect(asked).toEqual([
      ...["-v", "error", "-protocol_whitelist", "file,pipe"],
      ...[
        "-format_whitelist",
        expect.stringMatching(/^mov,matroska,/) as string,
      ],
      ...["-of", "json", "-show_format", "-show_streams", "-show_programs"],
      "-show_chapters",
      ...[input, ""],
    ]);
    expect(asked[5]).not.toMatch(/hls|concat|dash|sdp|image2|rtsp/);
  });

  test("is asked for the times of the first 300 frames, where there is a picture", async ({
    scratch,
  }) => {
    const input = await writeTo(scratch, "phone.mp4", hex`00`);
    const report = JSON.stringify({
      format: { duration: "2" },
      streams: [
        {
          ...{ index: 0, codec_type: "audio", codec_name: "aac", channels: 2 },
          nb_frames: "94",
        },
        {
          ...{ index: 1, codec_type: "video", codec_name: "vp9" },
          ...{ width: 640, height: 360, nb_frames: "50" },
          ...{ time_base: "1/1000", r_frame_rate: "90000/1" },
        },
      ],
    });
    const packets = [0, 80, 40, 120].map((pts) => `pts=${pts}|dts=N/A`);
    const ffprobe = await fakeProgram(
      scratch,
      "ffprobe",
      'case "$*" in',
      `*"-select_streams 1 -read_intervals %+#300 -show_entries packet=pts,dts,flags "*) printf '%s\\n\\n' '${packets.join("' '")}' ;;`,
      `*) echo '${report}' ;;`,
      "esac",
    );
    const { video } = parts(await probe(input, toolsWith(ffprobe)));
    expect(video).toMatchObject({
      nominalRate: { num: 90_000, den: 1 },
      frameTiming: { usualRate: { num: 25, den: 1 }, irregularShare: 0 },
    });
  });

  test("has its last word in the error when it cannot read the file", async ({
    scratch,
  }) => {
    const input = await writeTo(scratch, "letter.mp4", hex`'Dear diary'`);
    const ffprobe = await fakeProgram(
      scratch,
      "ffprobe",
      'echo "[mov @ 0x1] moov atom not found" >&2',
      'for last; do :; done; echo "$last: Invalid data found" >&2',
      "exit 1",
    );
    await expect(probe(input, toolsWith(ffprobe))).rejects.toMatchObject({
      code: "input",
      message: `${input}: is not a media file that ffprobe can read (Invalid data found).`,
      facts: { file: input },
    });
  });
});
