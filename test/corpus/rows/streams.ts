import { expect } from "vitest";
import { flashesAt } from "../checks/video.js";
import { inSync, tone } from "../checks/audio.js";
import { presentationGraphics, subRip } from "../make/subtitles.js";
import { patchFile } from "../../support/patch.js";
import { withoutPackets } from "../make/bytes.js";
import { changed, media, remade, withHelper, written } from "../make/media.js";
import { bursting, flashing, hum, moving } from "../make/sources.js";
import type { Check, Maker, Row } from "../row.js";
import { ANOTHER_AUDIO, COVER_ART } from "./notes.js";
import { videoIn } from "../../../src/probe/source-info.js";

const BROADCAST = "MPEG-TS and MTS that start at 1.4 s";
const BESIDE = "subtitles, data, timecode, cover art";
const SEVERAL = "several pictures or sounds";
const NEVER = "a stream that is declared and never comes";

/** How a JPEG begins. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

const MARKED: Maker = media({
  video: flashing({}, [1, 1.2], [2.8, 3]),
  audio: bursting(1, 2.8),
  options: ["-c:a", "pcm_s16le"],
});

const PLAIN: Maker = media({ video: moving(), audio: hum(), seconds: 2 });

/** PLAIN with another input beside it. */
function beside(
  extension: string,
  content: string | Uint8Array,
  inputOptions: readonly string[],
  ...options: readonly string[]
): Maker {
  return withHelper(extension, content, (helper) =>
    remade(PLAIN, [
      ...[...inputOptions, "-i", helper, "-map", "0", "-map", "1"],
      ...["-c", "copy", ...options],
    ]),
  );
}

const COVER: Maker = remade(PLAIN, [
  ...["-f", "lavfi", "-i", "color=c=red:size=64x64:rate=1:duration=1"],
  ...["-map", "0", "-map", "1:v", "-c", "copy", "-c:v:1", "mjpeg"],
  ...["-frames:v:1", "1", "-disposition:v:1", "attached_pic"],
]);

const isTheLargePicture: Check = ({ plan }) => {
  expect(videoIn(plan.source)?.width).toBe(320);
};

export const STREAMS: readonly Row[] = [
  {
    name: "a recording of a broadcast",
    class: BROADCAST,
    file: "broadcast.ts",
    make: remade(MARKED, ["-c:v", "copy", "-c:a", "mp2"]),
    expected: {
      size: "320x180",
      rate: "25/1",
      seconds: 3,
      checks: [inSync(2), flashesAt(1, 2.8)],
    },
  },
  {
    name: "a camcorder's MTS with AC-3",
    class: BROADCAST,
    file: "camcorder.MTS",
    make: remade(MARKED, [
      ...["-c:v", "copy", "-c:a", "ac3", "-f", "mpegts"],
      ...["-mpegts_m2ts_mode", "1"],
    ]),
    expected: { size: "320x180", seconds: 3, checks: [inSync(2)] },
  },
  {
    name: "Blu-ray subtitles (PGS)",
    class: BESIDE,
    file: "pgs.mkv",
    make: beside(".sup", presentationGraphics(), []),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [/^stream 2 \(subtitle, hdmv_pgs_subtitle\) is left out: /],
    },
  },
  {
    name: "text subtitles (mov_text)",
    class: BESIDE,
    file: "text.mp4",
    make: beside(".srt", subRip(), [], "-c:s", "mov_text"),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [/^1 caption stream is left out \(stream 2 mov_text\): /],
    },
  },
  {
    name: "a stream of data in MPEG-TS",
    class: BESIDE,
    file: "data.ts",
    make: beside(".bin", Buffer.alloc(500, 7), ["-f", "data"]),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [/^stream 2 \(data, \w+\) is left out: /],
    },
  },
  {
    name: "a timecode track of a camera",
    class: BESIDE,
    file: "timecode.mov",
    make: remade(PLAIN, ["-c", "copy", "-timecode", "10:00:00:00"]),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [/^stream 2 \(data, \w+, eng\) is left out: /],
    },
  },
  {
    name: "cover art",
    class: BESIDE,
    file: "cover.mp4",
    make: COVER,
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [COVER_ART],
      checks: [isTheLargePicture],
    },
  },
  {
    name: "a cover that is no picture",
    class: BESIDE,
    file: "broken-cover.mp3",
    make: changed(
      remade(
        media({ audio: hum(), seconds: 2, options: ["-c:a", "pcm_s16le"] }),
        [
          ...["-f", "lavfi", "-i", "color=c=red:size=64x64:rate=1:duration=1"],
          ...["-map", "0", "-map", "1:v", "-c:a", "libmp3lame"],
          ...["-c:v", "mjpeg", "-frames:v", "1"],
          ...["-disposition:v", "attached_pic"],
        ],
        { as: ".wav" },
      ),
      (path) =>
        patchFile(path, (bytes) => bytes.fill(7, bytes.indexOf(JPEG), 600)),
    ),
    expected: { seconds: 2, notes: [COVER_ART] },
  },
  {
    name: "a sound that is declared and never comes",
    class: NEVER,
    file: "no-sound.ts",
    make: changed(remade(PLAIN, ["-c", "copy"]), (path) =>
      withoutPackets(path, 0x101),
    ),
    expected: {
      size: "320x180",
      seconds: 2,
      channels: 0,
      notes: [
        /^stream 1 \(audio, aac\) is left out: it is declared, but nothing of it comes$/,
      ],
    },
  },
  {
    name: "a thumbnail before the film, both marked as default",
    class: SEVERAL,
    file: "thumbnail.mov",
    make: written(
      ...[
        "-f",
        "lavfi",
        "-t",
        "1",
        "-i",
        moving({ size: "640x360", rate: "1" }),
      ],
      ...["-f", "lavfi", "-t", "2", "-i", moving()],
      ...["-f", "lavfi", "-t", "2", "-i", hum()],
      ...["-map", "0", "-map", "1", "-map", "2", "-c:v:0", "mjpeg"],
      ...["-c:v:1", "libx264", "-preset", "ultrafast"],
      ...["-disposition:v", "default"],
    ),
    expected: {
      size: "320x180",
      rate: "25/1",
      seconds: 2,
      notes: [/^stream 0 \(video, mjpeg\) is left out: a single picture$/],
    },
  },
  {
    name: "an audio description before the main sound",
    class: SEVERAL,
    file: "description.ts",
    make: written(
      ...["-f", "lavfi", "-t", "2", "-i", moving()],
      ...["-f", "lavfi", "-t", "2", "-i", hum(1000)],
      ...["-f", "lavfi", "-t", "2", "-i", hum()],
      ...["-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264"],
      ...["-preset", "ultrafast", "-metadata:s:a", "language=eng"],
      ...["-c:a", "aac", "-disposition:a:0", "visual_impaired"],
    ),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [/^stream 1 \(audio, aac, eng, visual_impaired.*\) is left out: /],
      checks: [tone(440, 0.5, 1.5)],
    },
  },
  {
    name: "a font that is attached",
    class: BESIDE,
    file: "attached.mkv",
    make: withHelper(".ttf", Buffer.alloc(200), (helper) =>
      remade(PLAIN, [
        ...["-c", "copy", "-attach", helper],
        ...["-metadata:s:t", "mimetype=application/x-truetype-font"],
      ]),
    ),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [/^stream 2 \(attachment, \w+\) is left out: /],
    },
  },
  {
    name: "two pictures",
    class: SEVERAL,
    file: "two-pictures.mkv",
    make: written(
      ...["-f", "lavfi", "-t", "2", "-i", moving({ size: "160x90" })],
      ...["-f", "lavfi", "-t", "2", "-i", moving()],
      ...["-map", "0", "-map", "1", "-c:v", "libx264", "-preset", "ultrafast"],
      ...["-disposition:v:0", "0", "-disposition:v:1", "default"],
    ),
    expected: {
      size: "320x180",
      seconds: 2,
      channels: 0,
      notes: [/^stream 0 \(video, h264\) is left out: only one video stream/],
    },
  },
  {
    name: "two sounds, of which the second is the default",
    class: SEVERAL,
    file: "two-sounds.mkv",
    make: written(
      ...["-f", "lavfi", "-t", "2", "-i", moving()],
      ...["-f", "lavfi", "-t", "2", "-i", hum(300)],
      ...["-f", "lavfi", "-t", "2", "-i", hum(900)],
      ...["-map", "0", "-map", "1", "-map", "2"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac"],
      ...["-disposition:a:0", "0", "-disposition:a:1", "default"],
    ),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [ANOTHER_AUDIO],
      checks: [tone(900, 0.5, 1.5)],
    },
  },
  {
    name: "three sounds, none the default",
    class: SEVERAL,
    file: "three-sounds.ts",
    make: written(
      ...["-f", "lavfi", "-t", "2", "-i", moving()],
      ...["-f", "lavfi", "-t", "2", "-i", hum(300)],
      ...["-f", "lavfi", "-t", "2", "-i", hum(900)],
      ...["-f", "lavfi", "-t", "2", "-i", hum(1800)],
      ...["-map", "0", "-map", "1", "-map", "2", "-map", "3"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "mp2"],
    ),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [ANOTHER_AUDIO],
      checks: [tone(300, 0.5, 1.5)],
    },
  },
];
