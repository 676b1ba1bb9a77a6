import { quarters } from "../checks/video.js";
import { tone } from "../checks/audio.js";
import { media, remade } from "../make/media.js";
import { hum, quartered } from "../make/sources.js";
import type { Maker, Package, Row } from "../row.js";

const NO_DURATION = "no duration in the file";
const CONTAINERS = "other containers";

const SHOWN = quarters(1, "red", "lime", "blue", "white");

const SEEN: Package = { size: "320x180", seconds: 2, checks: [SHOWN] };
const SEEN_AND_HEARD: Package = {
  ...SEEN,
  checks: [SHOWN, tone(440, 0.5, 1.5)],
};

function clip(...options: readonly string[]): Maker {
  return media({
    video: quartered(),
    audio: hum(440, 44_100),
    seconds: 2,
    options,
  });
}

function video(...options: readonly string[]): Maker {
  return media({ video: quartered(), seconds: 2, options });
}

export const CONTAINERS_OF_SOURCES: readonly Row[] = [
  {
    name: "WebM recorded by a browser",
    class: NO_DURATION,
    file: "recorded.webm",
    make: clip(
      ...["-c:v", "libvpx", "-b:v", "1M", "-c:a", "libopus"],
      ...["-f", "webm", "-live", "1"],
    ),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "bare H.264",
    class: NO_DURATION,
    file: "bare.h264",
    make: video("-bf", "2"),
    expected: { ...SEEN, rate: "25/1", channels: 0 },
  },
  {
    name: "bare H.265",
    class: NO_DURATION,
    file: "bare.hevc",
    make: video("-c:v", "libx265", "-x265-params", "log-level=none"),
    expected: { ...SEEN, channels: 0 },
  },
  {
    name: "bare AAC",
    class: NO_DURATION,
    file: "bare.aac",
    make: media({ audio: hum(), seconds: 4 }),
    expected: { seconds: 4.01, checks: [tone(440, 1, 3)] },
  },
  {
    name: "fragmented MP4",
    class: CONTAINERS,
    file: "fragmented.mp4",
    make: clip("-movflags", "frag_keyframe+delay_moov+default_base_moof"),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "an animated GIF",
    class: CONTAINERS,
    file: "animated.gif",
    make: media({
      video: quartered({ rate: "10" }),
      seconds: 2,
      options: ["-c:v", "gif", "-pix_fmt", "rgb8"],
    }),
    expected: {
      ...SEEN,
      rate: "10/1",
      channels: 0,
      notes: [/^full-range picture|^what is transparent/],
    },
  },
  {
    name: "Flash video",
    class: CONTAINERS,
    file: "old.flv",
    make: clip("-c:v", "flv", "-q:v", "2", "-c:a", "libmp3lame"),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "Windows Media",
    class: CONTAINERS,
    file: "old.wmv",
    make: clip("-c:v", "wmv2", "-q:v", "2", "-c:a", "wmav2"),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "DivX in AVI",
    class: CONTAINERS,
    file: "old.avi",
    make: clip("-c:v", "mpeg4", "-q:v", "2", "-bf", "2", "-c:a", "libmp3lame"),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "QuickTime with PCM",
    class: CONTAINERS,
    file: "edit.mov",
    make: clip("-c:a", "pcm_s16be"),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "MPEG program stream (VOB)",
    class: CONTAINERS,
    file: "dvd.vob",
    make: clip("-c:v", "mpeg2video", "-q:v", "2", "-c:a", "ac3"),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "a phone of 2005 (3GP, H.263)",
    class: CONTAINERS,
    file: "old.3gp",
    make: media({
      video: quartered({ size: "176x144" }),
      audio: hum(440, 8_000),
      seconds: 2,
      options: ["-c:v", "h263", "-q:v", "2", "-r", "30000/1001"],
    }),
    expected: {
      size: "176x144",
      seconds: 2,
      checks: [SHOWN, tone(440, 0.5, 1.5)],
    },
  },
  {
    name: "VP9 and Opus in WebM",
    class: CONTAINERS,
    file: "web.webm",
    make: clip(
      "-c:v",
      "libvpx-vp9",
      "-deadline",
      "realtime",
      "-cpu-used",
      "8",
      "-c:a",
      "libopus",
    ),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "H.265 in MP4",
    class: CONTAINERS,
    file: "phone.mp4",
    make: clip(
      "-c:v",
      "libx265",
      "-x265-params",
      "log-level=none",
      "-tag:v",
      "hvc1",
    ),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "MXF of a studio",
    class: CONTAINERS,
    file: "studio.mxf",
    make: clip(
      "-c:v",
      "mpeg2video",
      "-q:v",
      "2",
      "-c:a",
      "pcm_s16le",
      "-ar",
      "48000",
    ),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "a wrong extension",
    class: CONTAINERS,
    file: "really-matroska.mp4",
    make: clip("-f", "matroska"),
    expected: SEEN_AND_HEARD,
  },
  {
    name: "our own output",
    class: CONTAINERS,
    file: "ours.ismv",
    make: remade(clip(), ["-c", "copy", "-f", "ismv"]),
    expected: SEEN_AND_HEARD,
  },
];
