import { describe, expect, test } from "vitest";
import type { FfprobeReport } from "../../src/probe/ask-ffprobe.js";
import { withAssumedRate } from "../../src/probe/frame-timing.js";
import { H264, reportOf } from "./reports.js";

/** Of 90 frames. */
async function told(
  format_name: string,
  r_frame_rate: string,
  avg_frame_rate: string,
) {
  const stream = { ...H264, r_frame_rate, avg_frame_rate };
  const report: FfprobeReport = {
    ...reportOf(stream),
    format: { format_name },
  };
  const ask = () =>
    Promise.resolve({ streams: [{ index: 0, nb_read_packets: "90" }] });
  return { report, assumed: await withAssumedRate(report, ask) };
}

describe("a bare stream that tells its clock instead of a rate", () => {
  test.each([
    ["1000/1", "0/0"], // ffprobe 5.1
    ["2000/1", "25/1"], // ffprobe 4 and 5.0
    ["1200000/1", "25/1"],
    ["0/0", "0/0"],
  ])("(%s, %s) is of 25 frames a second, all of them", async (r, average) => {
    const { assumed } = await told("h264", r, average);
    expect(assumed.format?.duration).toBe("3.6");
    expect(assumed.streams).toEqual([
      expect.objectContaining({
        ...{ r_frame_rate: "25/1", avg_frame_rate: "25/1" },
        ...{ duration: "3.6", isRateAssumed: true },
      }),
    ]);
  });

  test.each([
    ["h264", "240/1", "240/1"],
    ["h264", "24000/1001", "24000/1001"],
    ["matroska,webm", "1000/1", "0/0"],
  ])("but what tells one is believed: %s of %s", async (name, r, average) => {
    const { report, assumed } = await told(name, r, average);
    expect(assumed).toBe(report);
  });
});
