import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sharedVideoFilters } from "../../src/plan/filters.js";
import { orientationOf } from "../../src/probe/orientation.js";
import { probe } from "../../src/probe/probe.js";
import { ffmpeg } from "../support/clip.js";
import { tools } from "../support/programs.js";
import { parts, sourceVideo } from "../support/sources.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

/** As ffprobe prints it. */
function matrix(a: number, b: number, c: number, d: number): string {
  const row = (...numbers: number[]) =>
    numbers.map((number) => String(Math.round(number * 65536)).padStart(12));
  const lines = [row(a, b, 0), row(c, d, 0), row(0, 0, 16384)];
  return lines
    .map((line, i) => `\n0000000${i}: ${line.join("")}`)
    .join("")
    .concat("\n");
}

/** What each of EXIF's numbers means, as a matrix and as filters. EXIF 2.3 4.6.4; ISO/IEC 14496-12 6.2.2 */
const ALL = [
  ["1", [1, 0, 0, 1], []],
  ["2", [-1, 0, 0, 1], ["hflip"]],
  ["3", [-1, 0, 0, -1], ["hflip", "vflip"]],
  ["4", [1, 0, 0, -1], ["hflip", "hflip", "vflip"]],
  ["5", [0, 1, 1, 0], ["hflip", "transpose=cclock"]],
  ["6", [0, 1, -1, 0], ["transpose=clock"]],
  ["7", [0, -1, -1, 0], ["hflip", "transpose=clock"]],
  ["8", [0, -1, 1, 0], ["transpose=cclock"]],
] as const;

describe("how a picture is turned and mirrored", () => {
  test.each(ALL)(
    "is known from a matrix and from EXIF alike, and done: %s",
    (number, [a, b, c, d], filters) => {
      const told = { displaymatrix: matrix(a, b, c, d), rotation: 1 };
      const orientation = orientationOf({ side_data_list: [told] });
      expect(orientationOf({ tags: { Orientation: number } })).toEqual(
        orientation,
      );
      const timing = {
        ...{ rate: { num: 25, den: 1 }, shiftSeconds: 0, holdSeconds: 0 },
      };
      const video = sourceVideo({ ...orientation, scan: "interlaced" });
      const [woven, ...rest] = sharedVideoFilters(video, timing, video);
      expect(woven).toMatch(/^bwdif=/); // turned fields cannot be woven
      expect(rest).toEqual([...filters, "fps=fps=25/1:start_time=0"]);
    },
  );

  test("is rounded to quarters only where it is one", () => {
    const turn = (degrees: number) => {
      const angle = (degrees * Math.PI) / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const displaymatrix = matrix(cos, sin, -sin, cos);
      return orientationOf({ side_data_list: [{ displaymatrix }] })?.rotation;
    };
    expect([turn(89.5), turn(10), turn(359.6)]).toEqual([90, 10, 0]);
  });

  test("by a matrix of zeros is upright", () => {
    const displaymatrix = matrix(0, 0, 0, 0);
    expect(orientationOf({ side_data_list: [{ displaymatrix }] })).toEqual({
      rotation: 0,
      mirrored: false,
    });
  });
});

test("a turn that only a message in the stream tells is seen", async () => {
  const path = join(folder, "turned.ts");
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-nostdin", "-f", "lavfi"],
      ...["-i", "testsrc2=size=160x90:rate=25", "-frames:v", "10"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
      ...["-bsf:v", "h264_metadata=display_orientation=insert:rotate=90"],
      path,
    ],
    path,
  );
  const { video } = parts(await probe(path, await tools()));
  expect(video).toMatchObject({ rotation: 270, width: 90, height: 160 });
});
