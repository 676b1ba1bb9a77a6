import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ac3, eac3 } from "../../src/codecs/dolby.js";
import type { Codec } from "../../src/codecs/codec.js";
import { hex } from "../support/hex-bytes.js";
import { run, tools } from "../support/programs.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

/** ffmpeg's decoder, which checks both sums of each frame and stops at a fault. */
async function decoded(name: string, bytes: Uint8Array) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const { ffmpeg } = await tools();
  return run(ffmpeg.path, [
    ...["-v", "error", "-err_detect", "crccheck+explode"],
    ...["-i", path, "-f", "s16le", "-"],
  ]);
}

function frames(codec: Codec, config: Uint8Array): Buffer {
  const frame = codec.silence(config);
  expect(frame?.samples).toBe(1536);
  return Buffer.concat([0, 1, 2].map(() => frame?.bytes ?? new Uint8Array()));
}

test.for([
  { what: "5.1", codec: eac3, config: hex`0600 200F 00`, channels: 6 },
  { what: "stereo", codec: eac3, config: hex`0300 2004 00`, channels: 2 },
  { what: "two mono", codec: eac3, config: hex`0300 2000 00`, channels: 2 },
  { what: "44.1 kHz", codec: eac3, config: hex`0600 600F 00`, channels: 6 },
  { what: "5.1", codec: ac3, config: hex`10 3D E0`, channels: 6 },
  { what: "stereo", codec: ac3, config: hex`10 10 C0`, channels: 2 },
  { what: "two mono", codec: ac3, config: hex`10 00 C0`, channels: 2 },
  { what: "44.1 kHz", codec: ac3, config: hex`50 3D E0`, channels: 6 },
  { what: "mono at 32 kHz", codec: ac3, config: hex`90 08 40`, channels: 1 },
] as const)(
  "silence of $codec.label, $what, decodes to nothing but zeros",
  async ({ codec, config, channels }) => {
    const { stdout, stderr } = await decoded(
      `silent.${codec.name}`,
      frames(codec, config),
    );
    expect(stderr).toBe("");
    expect(stdout.length).toBe(3 * 1536 * channels * 2);
    expect(stdout.every((byte) => byte === 0)).toBe(true);
  },
);

test("the decoder would see a wrong sum", async () => {
  const bytes = frames(ac3, hex`10 3D E0`);
  bytes.writeUInt8(bytes.readUInt8(300) ^ 1, 300);
  const { stderr } = await decoded("wrong.ac3", bytes);
  expect(stderr).not.toBe("");
});

test("there is no silence for channels in dependent frames", () => {
  expect(eac3.silence(hex`1800 200F 0202`)).toBeUndefined();
});
