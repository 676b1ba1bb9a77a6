import { expect, test } from "vitest";
import { mimeCodec } from "../../src/codecs/mime-codec.js";
import { hex } from "../support/hex-bytes.js";

test.each([
  ["avc1", hex`0164001fffe1`, "avc1.64001F"],
  ["avc1", undefined, "avc1.640028"],
  ["hvc1", hex`0101600000009000000000005df000fcfdf8f8`, "hvc1.1.6.L93.90"],
  ["hev1", hex`012220000000b0000000000099f000fcfdf8`, "hev1.2.4.H153.B0"],
  ["mp4a", hex`1190`, "mp4a.40.2"],
  ["mp4a", undefined, "mp4a.40.2"],
  ["ec-3", undefined, "ec-3"],
  ["dfxp", hex``, "stpp.ttml.im1t"],
  ["vc-1", undefined, undefined],
])(
  "a track of %s with the configuration %o is %s",
  (sampleEntry, config, name) => {
    expect(mimeCodec({ sampleEntry, config })).toBe(name);
  },
);
