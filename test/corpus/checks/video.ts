import { expect } from "vitest";
import { decode, whitePictures } from "../../support/measure.js";
import { readersOfPackages, run } from "../../support/programs.js";
import type { Check, MadePackage } from "../row.js";
import { videoStream } from "../../../src/plan/encode-plan.js";

/** Colours that a picture may show, in RGB. */
export const COLOURS = {
  red: [255, 0, 0],
  lime: [0, 255, 0],
  blue: [0, 0, 255],
  white: [255, 255, 255],
  black: [0, 0, 0],
  grey: [128, 128, 128],
} as const;

export type Colour = keyof typeof COLOURS;

/** Lossy coding and rounding between colour spaces; a wrong matrix is off by more. */
const SAME_COLOUR = 14;

/** The middles of the four quarters, from left to right and top to bottom, at a time in seconds. */
export function quarters(at: number, ...colours: readonly Colour[]): Check {
  return async (made) => {
    const found = await quartersAt(made, at);
    const expected = colours.map((colour) => COLOURS[colour]);
    expect(
      differences(found, expected),
      `at ${at} s: ${found.join(" | ")}`,
    ).toEqual([]);
  };
}

/** The grey of the picture's left, middle and right third lies between these, at 0 s. */
export function greys(
  ...limits: readonly (readonly [least: number, most: number])[]
): Check {
  return async ({ video }) => {
    const thirds = await decode(video, [
      ...["-map", "0:v:0", "-frames:v", "1", "-f", "rawvideo"],
      // Of each third the middle, away from its neighbours.
      ...["-vf", `scale=9:1:flags=area:${FROM_709},format=rgb24`],
    ]);
    for (const [i, [least, most]] of limits.entries()) {
      const rgb = [...thirds.subarray((3 * i + 1) * 3, (3 * i + 2) * 3)];
      const message = `third ${i + 1} is ${rgb.join(" ")}`;
      expect(Math.min(...rgb), message).toBeGreaterThanOrEqual(least);
      expect(Math.max(...rgb), message).toBeLessThanOrEqual(most);
      expect(Math.max(...rgb) - Math.min(...rgb), message).toBeLessThan(12);
    }
  };
}

/** White pictures begin at these times, within a frame of the package's rate. */
export function flashesAt(...times: readonly number[]): Check {
  return async (made) => {
    const found = await flashTimes(made);
    expect(found, found.join(" ")).toHaveLength(times.length);
    for (const [i, time] of times.entries())
      expect(Math.abs((found[i] ?? NaN) - time), `${found[i]} s`).toBeLessThan(
        1 / made.framesPerSecond + 0.001,
      );
  };
}

/** When each run of white pictures begins. */
export async function flashTimes(made: MadePackage): Promise<number[]> {
  const white = await whitePictures(made.video);
  const first = white.filter(
    (n, i) => i === 0 || n !== (white[i - 1] ?? 0) + 1,
  );
  return first.map((n) => n / made.framesPerSecond);
}

/** ffmpeg's comb detector finds hardly a combed picture in the package. */
export const isProgressive: Check = async ({ video }) => {
  const { combed, clean } = await scanOf(video);
  expect(clean).toBeGreaterThan(20);
  expect(combed / (combed + clean)).toBeLessThan(0.1);
};

/** No deinterlacer has touched the picture. */
export const isNotDeinterlaced: Check = ({ plan }) => {
  expect(videoStream(plan)?.filters.join()).not.toMatch(/bwdif|yadif/);
};

async function scanOf(path: string) {
  const { ffmpeg } = await readersOfPackages();
  const args = ["-hide_banner", "-i", path, "-vf", "idet", "-f", "null", "-"];
  const { stderr } = await run(ffmpeg, args);
  const line =
    /Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)/;
  const [, tff, bff, clean] = line.exec(stderr) ?? [];
  return { combed: Number(tff) + Number(bff), clean: Number(clean) };
}

const FROM_709 = "in_color_matrix=bt709:in_range=tv";

async function quartersAt(made: MadePackage, at: number): Promise<number[][]> {
  const n = Math.round(at * made.framesPerSecond);
  const rgb = await decode(made.video, [
    ...["-map", "0:v:0", "-vsync", "0", "-frames:v", "1", "-f", "rawvideo"],
    ...[
      "-vf",
      `select='eq(n,${n})',scale=8:8:flags=area:${FROM_709},format=rgb24`,
    ],
  ]);
  // Of 8x8 cells those in the middle of each quarter.
  return [9, 13, 41, 45].map((cell) => [
    ...rgb.subarray(cell * 3, cell * 3 + 3),
  ]);
}

function differences(
  found: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
): number[] {
  const pairs = expected.flatMap((rgb, i) =>
    rgb.map((value, c) => Math.abs(value - (found[i]?.[c] ?? NaN))),
  );
  return pairs.filter((difference) => !(difference <= SAME_COLOUR));
}
