import { describe, expect, test } from "vitest";
import type { FfprobeStream } from "../../src/probe/ask-ffprobe.js";
import type { SourceVideo } from "../../src/probe/source-info.js";
import { describeSource } from "../../src/probe/streams.js";
import { parts } from "../support/sources.js";
import { H264, reportOf, without } from "./reports.js";

/** The facts about a picture that differs from a plain one in this. */
function videoOf(changes: Partial<FfprobeStream>): SourceVideo {
  const report = reportOf({ ...H264, ...changes });
  const { video } = parts(describeSource(report, "/films/a.mp4", 1000));
  if (video === undefined) throw new Error("no picture");
  return video;
}

function displayMatrix(rotation: number): Partial<FfprobeStream> {
  return { side_data_list: [{ side_data_type: "Display Matrix", rotation }] };
}

describe("a picture that is turned", () => {
  test.for([
    { told: "side data -90", by: displayMatrix(-90), rotation: 90 },
    { told: "side data 90", by: displayMatrix(90), rotation: 270 },
    { told: "side data 180", by: displayMatrix(180), rotation: 180 },
    { told: "side data -180", by: displayMatrix(-180), rotation: 180 },
    { told: "the tag 90", by: { tags: { rotate: "90" } }, rotation: 90 },
    { told: "the tag 270", by: { tags: { rotate: "270" } }, rotation: 270 },
    {
      told: "side data -90 beside the tag 90",
      by: { ...displayMatrix(-90), tags: { rotate: "90" } },
      rotation: 90,
    },
  ])("by $told turns $rotation degrees clockwise", ({ by, rotation }) => {
    const [width, height] = rotation === 180 ? [1920, 1080] : [1080, 1920];
    expect(videoOf(by)).toMatchObject({ rotation, width, height });
  });

  test("by nothing is upright", () => {
    const other = { side_data_list: [{ side_data_type: "CPB properties" }] };
    expect(videoOf(other)).toMatchObject({ rotation: 0, width: 1920 });
    expect(Object.is(videoOf(displayMatrix(0)).rotation, 0)).toBe(true);
  });
});

describe("a picture of oblong pixels", () => {
  test.for([
    // PAL 16:9: 720 x 64/45 = 1024; NTSC 4:3: 720 x 8/9 = 640.
    { size: "720x576", sar: "64:45", square: "1024x576" },
    { size: "720x480", sar: "8:9", square: "640x480" },
    { size: "1440x1080", sar: "4:3", square: "1920x1080" },
    { size: "720x576", sar: "0:1", square: "720x576" },
    { size: "720x576", sar: "N/A", square: "720x576" },
  ])("$size of $sar is $square of square ones", ({ size, sar, square }) => {
    const [width = 0, height = 0] = size.split("x").map(Number);
    const video = videoOf({ width, height, sample_aspect_ratio: sar });
    expect(`${video.width}x${video.height}`).toBe(square);
  });

  test("is made square before it is turned", () => {
    const video = videoOf({
      ...displayMatrix(-90),
      width: 1440,
      height: 1080,
      sample_aspect_ratio: "4:3",
    });
    expect(video).toMatchObject({ width: 1080, height: 1920 });
  });
});

describe("a picture", () => {
  test.for(["tt", "bb", "tb", "bt"])(
    "of field order %s is interlaced",
    (field_order) => {
      expect(videoOf({ field_order }).scan).toBe("interlaced");
    },
  );

  test("is full range by its flag or by its pixel format", () => {
    expect(videoOf({ color_range: "pc" }).fullRange).toBe(true);
    expect(videoOf({ pix_fmt: "yuvj420p" }).fullRange).toBe(true);
    expect(videoOf({}).fullRange).toBe(false);
  });

  test("whose colours the file does not name has none", () => {
    const bare = {
      ...without(H264, "color_space", "color_range"),
      color_transfer: "unknown",
      color_primaries: "reserved",
    };
    const { video } = parts(
      describeSource(reportOf(bare), "/films/a.mp4", 1000),
    );
    expect(video).toMatchObject({
      colorMatrix: "",
      colorTransfer: "",
      colorPrimaries: "",
      fullRange: false,
    });
  });

  test("of a variable rate has a nominal and an average one", () => {
    const phone = { r_frame_rate: "90000/1", avg_frame_rate: "2983/100" };
    expect(videoOf(phone)).toMatchObject({
      nominalRate: { num: 90_000, den: 1 },
      averageRate: { num: 2983, den: 100 },
    });
  });

  test("with one rate of the two has it for both", () => {
    const rate = { num: 30_000, den: 1001 };
    for (const missing of [{ r_frame_rate: "0/0" }, { avg_frame_rate: "0/0" }])
      expect(videoOf(missing)).toMatchObject({
        nominalRate: rate,
        averageRate: rate,
      });
  });
});
