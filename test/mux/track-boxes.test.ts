import { describe, expect, test } from "vitest";
import { fragmentHeaders } from "../../src/mux/track-boxes.js";
import { hex } from "../support/hex-bytes.js";
import { audioTrack, table, videoTrack } from "../support/track.js";

const video = videoTrack(
  table([400_000, 400_000], {
    offsets: [0, -400_000],
    sizes: [1000, 10],
    sync: [1, 0],
  }),
);
/** Four pictures, the first and the third IDR. */
const short = videoTrack(
  table([400_000, 400_000, 400_000, 400_000], { sync: [1, 0, 1, 0] }),
);
const audio = audioTrack(table([213_333, 213_334], { sizes: [7, 8] }));
const TWO = {
  firstSample: 0,
  endSample: 2,
  time: 20_000_000,
  duration: 800_000,
};

describe("a fragment as genuine Microsoft assets have it", () => {
  test("of a picture: trun version 0 with signed offsets, sdtp, no tfxd", () => {
    const headers = fragmentHeaders(video, { layout: "expression-encoder" });
    expect(headers.of(TWO, 3)).toEqual(hex`
      00000072 'moof'
        00000010 'mfhd' 00 000000 00000003
        0000005A 'traf'
          00000014 'tfhd' 00 000020 00000001 00004001
          00000030 'trun' 00 000B05 00000002 0000007A 00004002
            00061A80 000003E8 00000000
            00061A80 0000000A FFF9E580
          0000000E 'sdtp' 00 000000 24 14
      000003FA 'mdat'
    `);
  });

  test("of sound: every frame depends on none", () => {
    const headers = fragmentHeaders(audio, { layout: "expression-encoder" });
    expect(headers.of({ ...TWO, time: 0 }, 1)).toEqual(hex`
      00000066 'moof'
        00000010 'mfhd' 00 000000 00000001
        0000004E 'traf'
          00000014 'tfhd' 00 000020 00000001 00008002
          00000024 'trun' 00 000301 00000002 0000006E
            00034155 00000007
            00034156 00000008
          0000000E 'sdtp' 00 000000 28 28
      00000017 'mdat'
    `);
  });
});

describe("flags of a fragment's pictures", () => {
  const standard = fragmentHeaders(short);
  const rows = (endSample: number, firstSample = 0) => {
    const bytes = standard.of({ ...TWO, firstSample, endSample }, 1);
    return bytes.subarray(52, bytes.length - 52);
  };

  test("are those of the first alone, where no other is IDR", () => {
    expect(rows(2)).toEqual(hex`
      00000030 'trun' 01 000B05 00000002 00000098 02000000
        00061A80 0000000A 00000000 00061A80 0000000A 00000000`);
    expect(rows(4, 2)).toEqual(rows(2));
  });

  test("are told of each, where one inside is IDR", () => {
    expect(rows(3)).toEqual(hex`
      00000044 'trun' 01 000F01 00000003 000000AC
        00061A80 0000000A 02000000 00000000
        00061A80 0000000A 01010000 00000000
        00061A80 0000000A 02000000 00000000`);
  });

  test("are those of the first alone in Microsoft's layout, as ever", () => {
    const headers = fragmentHeaders(short, { layout: "expression-encoder" });
    const bytes = headers.of({ ...TWO, endSample: 3 }, 1);
    expect(bytes.subarray(52, 72)).toEqual(
      hex`0000003C 'trun' 00 000B05 00000003 00000087`,
    );
  });
});

test.each(["standard", "expression-encoder"] as const)(
  "the size of a %s header is known before it is built",
  (layout) => {
    for (const track of [video, short, audio]) {
      const headers = fragmentHeaders(track, { layout, tfdt: true });
      for (const endSample of [1, 2, 3, 4]) {
        if (endSample > track.samples.count) continue;
        const fragment = { ...TWO, endSample };
        const { length } = headers.of(fragment, 1);
        expect(headers.size(fragment)).toBe(length);
      }
    }
  },
);
