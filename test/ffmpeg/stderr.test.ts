import { expect, test } from "vitest";
import { complaintsIn, lateStreamIn } from "../../src/ffmpeg/stderr.js";

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

test.for([
  ["[h264 @ 0x1] [error] error while decoding MB 3 4", true],
  ["[h264 @ 0x1] [warning] corrupt decoded frame in stream 0", true],
  ["[ogg @ 0x1] [warning] corrupt input packet in stream 1", true],
  ["[mpegts @ 0x1] [warning] Packet corrupt (stream = 1, dts = 9000).", true],
  [
    "[h264 @ 0x1] [info] concealing 12 DC, 12 AC, 12 MV errors in P frame",
    true,
  ],
  ["[mp4 @ 0x1] [warning] Timestamps are unset in a packet", false],
  ["[info]     title           : [error] corrupt decoded frame", false],
] as const)("a complaint is told from other words: %s", ([line, isOne]) => {
  const words = line.replace(/^.*?\] (?=[^[])/, "");
  expect(complaintsIn(`frame= 1\n${line}\n`)).toEqual(isOne ? [words] : []);
});
