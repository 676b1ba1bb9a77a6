import { expect, test } from "vitest";
import { lateStreamIn } from "../../src/tools/complaints.js";

test.for([
  {
    line: "[flv @ 0xca92c80] [warning] New audio stream 0:1 at pos:90607664 and DTS:89.975s",
    late: { type: "audio", index: 1, atByte: 90_607_664 },
  },
  {
    line: "[mpegts @ 0x1] [warning] New data stream 0:12 at pos:-1 and DTS:NOPTSs",
    late: { type: "data", index: 12, atByte: -1 },
  },
  {
    line: "[in#0/flv @ 0x5] [warning] New video stream with index 1 at pos:5000000 and DTS:15s",
    late: { type: "video", index: 1, atByte: 5_000_000 },
  },
  {
    line: "[mpegts @ 0x1] [warning] DTS discontinuity in stream 0: packet 7 with DTS 1",
    late: undefined,
  },
])("a stream that comes late is told from ffmpeg's words: $line", (row) => {
  expect(lateStreamIn(row.line)).toEqual(row.late);
});
