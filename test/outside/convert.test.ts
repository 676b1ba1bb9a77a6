import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { convert } from "../../src/index.js";
import { madeOnce } from "../support/made-once.js";
import { whitePictures } from "../support/measure.js";
import { run, tools } from "../support/programs.js";
import {
  beepDelays,
  decodeComplaints,
  MARK_PICTURES,
} from "./support/media.js";
import { CLIP, testPackage, type PackageKind } from "./support/package.js";
import { startStatic } from "./support/static.js";
import { PAGES, test } from "./support/test.js";

/** B-frames in a pyramid and late sound; the same in the layout of Expression Encoder. */
const KINDS = ["muxed", "old"] as const satisfies readonly PackageKind[];

async function converted(kind: PackageKind, to: "cmaf" | "mp4") {
  const { folder } = await testPackage(kind);
  const ism = join(folder, "clip.ism");
  return madeOnce(`outside-${kind}-${to}`, async (_, output) => {
    await convert(ism, { output, to });
  });
}

/** Sums of all frames of a stream as they are decoded, with their times. */
async function frames(
  input: readonly string[],
  stream: string,
): Promise<string[]> {
  const { ffmpeg } = await tools();
  const { stdout } = await run(ffmpeg.path, [
    ...["-v", "error", ...input, "-map", stream, "-f", "framemd5", "-"],
  ]);
  const lines = stdout.toString().split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}

describe.each(KINDS)("the %s package as one MP4", (kind) => {
  test("has every picture of the package, and its sound in time", async () => {
    const movie = join(await converted(kind, "mp4"), "clip.mp4");
    const { rungs, audio } = await testPackage(kind);
    const source = ["-i", rungs[0]?.path ?? ""];
    expect(await frames(["-i", movie], "0:v")).toEqual(
      await frames(source, "0:v"),
    );
    expect(await frames(["-i", movie], "0:a")).toEqual(
      await frames(["-i", audio], "0:a"),
    );
    expect(await whitePictures(movie)).toEqual(MARK_PICTURES);
    for (const delay of await beepDelays(movie))
      expect(Math.abs(delay)).toBeLessThan(0.011);
    expect(await decodeComplaints(movie)).toBe("");
  });
});

describe.each(KINDS)("the %s package as CMAF", (kind) => {
  test("is read whole by ffmpeg with its defaults, from both manifests", async () => {
    const folder = await converted(kind, "cmaf");
    const { rungs } = await testPackage(kind);
    const expected = await frames(["-i", rungs[0]?.path ?? ""], "0:v");
    const server = await startStatic(folder, PAGES);
    for (const manifest of ["clip.mpd", "clip.m3u8"]) {
      const input = ["-i", `${server.url}/media/${manifest}`];
      expect(await frames(input, "0:v:0"), manifest).toEqual(expected);
      expect((await frames(input, "0:a:0")).length).toBe(CLIP.audioFrames);
    }
    server.close();
  });

  test("has manifests that parsers read", async () => {
    const folder = await converted(kind, "cmaf");
    const require = createRequire(join(PAGES, "package.json"));
    const { Parser } = require("m3u8-parser") as {
      Parser: new () => {
        manifest: { segments: { byterange: { offset: number } }[] };
        push(text: string): void;
        end(): void;
      };
    };
    const { parse } = require("mpd-parser") as {
      parse: (
        text: string,
        options: { manifestUri: string },
      ) => {
        playlists: {
          segments: { byterange: { offset: number; length: number } }[];
        }[];
      };
    };
    const mpd = readFileSync(join(folder, "clip.mpd"), "utf8");
    const { playlists } = parse(mpd, { manifestUri: "http://x/clip.mpd" });
    const [, name = ""] =
      /RESOLUTION=[^\n]*\n([^\n]+)/.exec(
        readFileSync(join(folder, "clip.m3u8"), "utf8"),
      ) ?? [];
    const parser = new Parser();
    parser.push(readFileSync(join(folder, name), "utf8"));
    parser.end();
    const offsets = playlists[0]?.segments.map((one) => one.byterange.offset);
    expect(offsets).toHaveLength(CLIP.seconds / 2);
    expect(parser.manifest.segments.map((one) => one.byterange.offset)).toEqual(
      offsets,
    );
  });
});
