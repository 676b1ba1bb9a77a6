import { describe, expect, test } from "vitest";
import { withRealEnds } from "../../src/probe/lengths.js";
import { readPacket, type ListPackets } from "../../src/probe/packets.js";
import { AAC, H264, reportOf } from "./reports.js";

/** ffprobe, printing these lines about packets. */
function listing(lines: Iterable<string>): ListPackets {
  return (_fields, _options, onPacket) => {
    for (const line of lines) onPacket(readPacket(line));
    return Promise.resolve(true);
  };
}

/** Lengths of picture and sound. */
async function lengths(list: ListPackets): Promise<number[]> {
  const { report } = await withRealEnds(reportOf(H264, AAC), list);
  return (report.streams ?? []).map(({ duration }) => Number(duration));
}

describe("streams last", () => {
  test("as long as the header says, where packets tell no more", async () => {
    const lines = ["stream_index=0|pts_time=6.000000|duration_time=0.033367"];
    expect(await lengths(listing(lines))).toEqual([8.008, 8.04]);
  });

  test("as long as their last packet, in whatever order packets come", async () => {
    const lines = [
      "stream_index=0|pts_time=9.000000|duration_time=0.500000|",
      "stream_index=1|pts_time=8.500000|duration_time=N/A",
      "stream_index=0|pts_time=8.900000|duration_time=0.033367",
      "stream_index=7|pts_time=99.000000|duration_time=1.000000",
      "stream_index=1|pts_time=N/A|duration_time=N/A",
    ];
    expect(await lengths(listing(lines))).toEqual([9.5, 8.5]);
  });

  test("no longer than their edit list shows: what lies behind it is decoded alone", async () => {
    const lines = [
      "stream_index=0|pts_time=8.960000|duration_time=0.040000|flags=__",
      "stream_index=0|pts_time=12.000000|duration_time=0.040000|flags=_D",
    ];
    expect(await lengths(listing(lines))).toEqual([9, 8.04]);
  });

  test("to their last of 200,000 packets, behind a header that tells of ten seconds", async () => {
    function* lines() {
      for (let n = 0; n < 200_000; n++)
        yield `stream_index=0|pts_time=${n}.000000|duration_time=1.000000`;
    }
    expect(await lengths(listing({ [Symbol.iterator]: lines }))).toEqual([
      200_000, 8.04,
    ]);
  });

  test("as the header says, where ffprobe cannot read the end", async () => {
    expect(await lengths(() => Promise.resolve(false))).toEqual([8.008, 8.04]);
  });
});
