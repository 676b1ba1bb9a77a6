import { expect, test } from "vitest";
import { makerOf, textBegin, type Begins } from "../../src/scan/makers.js";

const NONE: Begins = { server: "", client: "", media: "" };
const UNIFIED =
  "<!-- Created with Unified Streaming Platform  (version=1.11.1-24062) -->";

test.for<[string, Partial<Begins>, string | null]>([
  [
    "Expression Encoder",
    {
      client:
        "<?xml?>\n<!--Created with Expression Encoder version 2.1.1216.0-->",
    },
    "Created with Expression Encoder version 2.1.1216.0",
  ],
  [
    "Azure Media Services",
    {
      server: `<!--Created with Expression Encoder version 4.0.1639.0--><meta\n name="formats" content="mp4-v3" />`,
    },
    "formats mp4-v3",
  ],
  [
    "Azure Media Services",
    { server: '<meta content="mp4" name="formats"/>' },
    "formats mp4",
  ],
  [
    "IIS Live",
    { server: '<meta name="creator" content="pushEncoder" />' },
    "creator pushEncoder",
  ],
  [
    "IIS Live",
    { client: '<SmoothStreamingMedia IsLive="TRUE" LookaheadCount="2">' },
    'IsLive="TRUE"',
  ],
  ["Unified Streaming", { server: UNIFIED }, UNIFIED.slice(5, -4)],
  [
    "Bento4",
    { client: "<!--Created with Bento4 mp4-smooth.py, VERSION=1.1.0-->" },
    "Created with Bento4 mp4-smooth.py, VERSION=1.1.0",
  ],
  ["Bento4", { media: "\0Bento4 Video Handler\0" }, "Bento4 Video Handler"],
  ["ffmpeg", { media: "\0\x01Lavf58.29.100\0" }, "Lavf58.29.100"],
  [
    "ffmpeg",
    { server: '<meta name="creator" content="Lavf60.3.100" />' },
    "Lavf60.3.100",
  ],
  [
    "mss-pack",
    { server: "<!-- mss-pack 0.1.0 form=2 source=sha256:5 -->" },
    "mss-pack 0.1.0",
  ],
  // Attributes of a live presentation that are 0 are in many manifests on demand.
  ["unknown", { client: '<SmoothStreamingMedia DVRWindowLength="0">' }, null],
  ["unknown", {}, null],
])("%s by %j", ([maker, begins, makerMark]) => {
  expect(makerOf({ ...NONE, ...begins })).toEqual({ maker, makerMark });
});

test("a mark of any length is cut, and ends at its comment", () => {
  const server = `<!-- Created with Bento4 ${"x".repeat(5000)} --> <!-- more -->`;
  expect(makerOf({ ...NONE, server }).makerMark).toHaveLength(100);
});

test("UTF-16 is text", () => {
  const bytes = Buffer.from("\ufeff<!-- mss-pack 1 -->", "utf16le");
  expect(textBegin(bytes)).toContain("<!-- mss-pack 1 -->");
});
