import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  contentKey,
  mux,
  type MuxInput,
  type MuxOptions,
} from "../../src/index.js";
import type { ProtectionRequest } from "../../src/drm/index.js";
import { ffmpeg } from "../support/clip.js";
import { hex } from "../support/hex-bytes.js";
import { decryptFile, type DecryptedFile } from "./decrypt.js";

/** Microsoft's test key: public, for nothing but tests. */
export const KID = hex`09e091abf83841d29e3558531fd19ec7`;
export const KEY = hex`9cb061164b7013eaefcc7d6d18424c2c`;

export const REQUEST: ProtectionRequest = {
  system: "playready",
  contentKey: contentKey(KID, KEY),
  laUrl: "https://licences.example/rights?a=1&b=2",
};

/** Six noisy seconds with B-frames, messages and sound. */
export async function protectedClip(
  path: string,
  filter = "null",
): Promise<string> {
  return ffmpeg(
    [
      ...["-v", "error", "-y", "-nostdin", "-f", "lavfi", "-i"],
      `testsrc2=size=640x360:rate=25,noise=alls=14:allf=t,${filter}`,
      ...["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"],
      ...["-t", "6", "-c:v", "libx264", "-preset", "veryfast"],
      ...["-pix_fmt", "yuv420p", "-g", "50", "-bf", "2"],
      ...["-x264-params", "keyint=50:min-keyint=50:scenecut=0:aud=1"],
      ...["-b:v", "1500k", "-c:a", "aac", "-b:a", "64k", path],
    ],
    path,
  );
}

export interface ReadPackage {
  readonly folder: string;
  /** By name, such as `clip_1500.ismv`. */
  readonly files: Readonly<Record<string, Buffer>>;
  readonly decrypted: Readonly<Record<string, DecryptedFile>>;
  readonly manifest: string;
}

/** Packages MP4s with the library, and reads the package with the decryptor of these tests. */
export async function readMuxed(
  inputs: readonly (string | MuxInput)[],
  output: string,
  options: Partial<MuxOptions> = {},
  key = KEY,
): Promise<ReadPackage> {
  await mux(inputs, { output, name: "clip", ...options });
  return readPackage(output, key);
}

export function readPackage(folder: string, key = KEY): ReadPackage {
  const names = readdirSync(folder).sort();
  const tracks = names.filter((name) => /\.ism[av]$/.test(name));
  const entries = <T>(make: (bytes: Buffer) => T) =>
    Object.fromEntries(
      tracks.map((name) => [name, make(readFileSync(join(folder, name)))]),
    );
  return {
    folder,
    files: entries((bytes) => bytes),
    decrypted: entries((bytes) => decryptFile(bytes, key)),
    manifest: readFileSync(join(folder, "clip.ismc"), "utf8"),
  };
}

/** A clear .ismv whose last key frame has lost some of its slice: its boxes and its units are as they were. */
export function damageLastKeyFrame(file: Buffer): Buffer {
  const damaged = Buffer.from(file);
  const slice = damaged.lastIndexOf("mdat") + 5000;
  for (let i = slice; i < slice + 16_000; i++)
    damaged[i] = (damaged[i] ?? 0) ^ 0x5a;
  return damaged;
}

/** All samples of a file, one behind another. */
export function samplesOf({ fragments }: DecryptedFile) {
  return fragments.flatMap(({ samples }) => samples);
}
