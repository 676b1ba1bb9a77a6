import { expect, test } from "vitest";
import { kilobits, parseBitrate } from "../../src/util/format.js";

test.for([
  { text: "3500000", bitrate: 3_500_000 },
  { text: "3500k", bitrate: 3_500_000 },
  { text: "3.5M", bitrate: 3_500_000 },
  { text: " 128k ", bitrate: 128_000 },
  { text: "1.2345k", bitrate: 1_235 },
  { text: 5_000_000, bitrate: 5_000_000 },
  { text: "1k", bitrate: 1_000 },
  { text: "2147483647", bitrate: 2_147_483_647 },
])("$text is $bitrate bits per second", ({ text, bitrate }) => {
  expect(parseBitrate(text)).toBe(bitrate);
});

test.for([
  "",
  "k",
  "3500x",
  "3500K",
  "3 500k",
  "3,5M",
  "-128k",
  "1e6",
  ".5M",
  "999",
  "0",
  "2147483648",
  "2.2G",
  Number.NaN,
  1e21,
])("%j is no bitrate", (text) => {
  expect(parseBitrate(text)).toBeUndefined();
});

test("file names carry whole kilobits", () => {
  expect(kilobits(1_499_999)).toBe(1500);
  expect(kilobits(128_000)).toBe(128);
});
