import { describe, expect, test } from "vitest";
import type { FfprobeStream } from "../../src/probe/ask-ffprobe.js";
import type { SourceInfo } from "../../src/probe/source-info.js";
import { describeSource } from "../../src/probe/streams.js";
import { parts } from "../support/sources.js";
import { AAC, H264, reportOf, without } from "./reports.js";

function describeStreams(...streams: FfprobeStream[]): SourceInfo {
  return describeSource(reportOf(...streams), "/films/a.mp4", 1000);
}

describe("a plain MP4", () => {
  test("is told as facts", () => {
    expect(describeStreams(H264, AAC)).toEqual({
      path: "/films/a.mp4",
      sizeBytes: 1000,
      container: "mov,mp4,m4a,3gp,3g2,mj2",
      durationSeconds: 8.04,
      streams: [
        {
          kind: "video",
          index: 0,
          codec: "h264",
          width: 1920,
          height: 1080,
          rotation: 0,
          sampleAspectRatio: { num: 1, den: 1 },
          nominalRate: { num: 30_000, den: 1001 },
          averageRate: { num: 30_000, den: 1001 },
          pixelFormat: "yuv420p",
          scan: "progressive",
          colorMatrix: "bt709",
          colorTransfer: "bt709",
          colorPrimaries: "bt709",
          fullRange: false,
          startSeconds: 0,
          durationSeconds: 8.008,
        },
        {
          kind: "audio",
          index: 1,
          codec: "aac",
          channels: 2,
          sampleRate: 48_000,
          language: "eng",
          startSeconds: 0,
          durationSeconds: 8.04,
        },
      ],
      ignored: [],
    });
  });
});

describe("of several streams", () => {
  test("cover art is no picture", () => {
    const cover = {
      ...{ index: 0, codec_type: "video", codec_name: "mjpeg" },
      ...{ width: 600, height: 600, r_frame_rate: "90000/1" },
      disposition: { default: 1, attached_pic: 1 },
    };
    const { streams, ignored } = describeStreams(cover, { ...AAC, index: 1 });
    expect(streams.map(({ kind }) => kind)).toEqual(["audio"]);
    expect(ignored).toEqual([
      { index: 0, type: "video", codec: "mjpeg", reason: "cover art" },
    ]);
  });

  test("the one that the file marks is taken, else the first", () => {
    const unmarked = { ...AAC, disposition: { default: 0 } };
    const french = { ...AAC, index: 2, tags: { language: "fre" } };
    const second = describeStreams(H264, unmarked, french);
    expect(parts(second).audio).toMatchObject({ index: 2, language: "fra" });
    expect(second.streams.map(({ index }) => index)).toEqual([0, 2, 1]);
    const plain = without(french, "disposition");
    expect(parts(describeStreams(H264, unmarked, plain)).audio?.index).toBe(1);
  });

  test("subtitles and data are left out, with a reason", () => {
    const subtitle = { index: 2, codec_type: "subtitle", codec_name: "subrip" };
    const timecode = { index: 3, codec_type: "data" };
    const pictures = {
      ...{ index: 4, codec_type: "subtitle", codec_name: "dvb_subtitle" },
    };
    const { ignored } = describeStreams(
      ...[H264, AAC, subtitle, timecode, pictures],
    );
    expect(ignored).toEqual([
      {
        index: 2,
        type: "subtitle",
        codec: "subrip",
        reason: "--captions embedded takes it",
      },
      {
        index: 3,
        type: "data",
        codec: "unknown",
        reason: "data streams are not packaged",
      },
      {
        index: 4,
        type: "subtitle",
        codec: "dvb_subtitle",
        reason: "it is pictures of text (DVB), which cannot become captions",
      },
    ]);
  });
});

describe("a file that cannot be packaged is an unusable input", () => {
  test.for([
    {
      why: "without picture and sound",
      report: reportOf({ index: 0, codec_type: "data" }),
      message: "/films/a.mp4: has neither a picture nor a sound stream.",
    },
    {
      why: "without any stream",
      report: {},
      message: "/films/a.mp4: has neither a picture nor a sound stream.",
    },
    {
      why: "with a picture that has no header",
      report: reportOf({ ...H264, width: 0 }, AAC),
      message:
        "/films/a.mp4: its picture (stream 0) cannot be read: h264 without its header.",
    },
    {
      why: "with an encrypted picture",
      report: reportOf({ ...H264, codec_tag_string: "encv" }, AAC),
      message: "/films/a.mp4: its picture (stream 0) is encrypted (encv).",
    },
    {
      why: "with sound of a codec that nobody knows",
      report: reportOf(H264, {
        ...without(AAC, "codec_name"),
        codec_tag_string: "qqqq",
      }),
      message:
        "/films/a.mp4: its sound (stream 1) has a codec that this ffmpeg does not know (qqqq).",
    },
    {
      why: "without a duration",
      report: { format: { duration: "N/A" }, streams: [H264] },
      message: "/films/a.mp4: does not tell its duration.",
    },
    {
      why: "with a picture of no rate",
      report: reportOf({
        ...H264,
        r_frame_rate: "0/0",
        avg_frame_rate: "0/0",
      }),
      message: "/films/a.mp4: the picture stream has no frame rate.",
    },
  ])("$why", ({ report, message }) => {
    expect(() => describeSource(report, "/films/a.mp4", 1000)).toThrow(
      expect.objectContaining({ code: "input", message }),
    );
  });
});
