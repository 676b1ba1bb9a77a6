import {
  channelTones,
  fragments,
  loud,
  onlyChannel,
  tone,
} from "../checks/audio.js";
import { writeAmr } from "../make/amr.js";
import { media, remade, written } from "../make/media.js";
import { hum, moving } from "../make/sources.js";
import type { Maker, Package, Row } from "../row.js";
import { COVER_ART, OF_ONE_LANGUAGE } from "./notes.js";

const ALONE = "sound only";
const CHANNELS = "mono and 5.1";
const MONO_STREAMS = "mono streams that nothing tells apart";
const SAMPLE_RATES = "8 to 96 kHz";

function audioAlone(...options: readonly string[]): Maker {
  return media({ audio: hum(), seconds: 5, options });
}

/** Three fragments of two seconds: 2, 2 and 1. */
const FIVE_SECONDS: Package = {
  seconds: 5,
  checks: [fragments(3), tone(440, 1, 4)],
};

const MUSIC_WITH_COVER: Maker = remade(
  audioAlone("-c:a", "pcm_s16le"),
  [
    ...["-f", "lavfi", "-i", "color=c=red:size=64x64:rate=1:duration=1"],
    ...["-map", "0:a", "-map", "1:v", "-c:a", "libmp3lame", "-c:v", "mjpeg"],
    ...["-frames:v", "1", "-disposition:v", "attached_pic"],
  ],
  { as: ".wav" },
);

/** 5.1 in which only one speaker sounds. */
function onlyFrom(speaker: "FC" | "BL"): Maker {
  return media({
    video: moving(),
    audio: `${hum()},volume=6,pan=5.1|${speaker}=c0`,
    seconds: 2,
    options: ["-c:a", "ac3", "-b:a", "448k"],
  });
}

/** A mono stream for each channel, at 300, 600, 900 ... Hz. */
function monoStreams(count: number): Maker {
  const tones = Array.from({ length: count }, (_, i) => hum(300 * (i + 1)));
  return written(
    ...["-f", "lavfi", "-t", "2", "-i", moving()],
    ...tones.flatMap((tone) => ["-f", "lavfi", "-t", "2", "-i", tone]),
    ...["-map", "0", ...tones.flatMap((_, i) => ["-map", String(i + 1)])],
    ...["-c:v", "mpeg2video", "-q:v", "4", "-c:a", "pcm_s16le"],
  );
}

const JOINED =
  /^sound: the mono streams 1\+2 are the channels of one, stereo, /;

function rated(hertz: number, codec: string): Maker {
  return media({
    video: moving(),
    audio: hum(440, hertz),
    seconds: 2,
    options: ["-c:a", codec],
  });
}

const HEARD: Package = {
  size: "320x180",
  seconds: 2,
  checks: [tone(440, 0.5, 1.5)],
};

export const AUDIO_ROWS: readonly Row[] = [
  {
    name: "a film without sound",
    class: "no sound",
    file: "silent.mp4",
    make: media({ video: moving() }),
    expected: { size: "320x180", seconds: 3, channels: 0 },
  },
  {
    name: "MP3 with cover art",
    class: ALONE,
    file: "song.mp3",
    make: MUSIC_WITH_COVER,
    expected: { ...FIVE_SECONDS, notes: [COVER_ART] },
  },
  {
    name: "M4A",
    class: ALONE,
    file: "song.m4a",
    make: audioAlone(),
    expected: FIVE_SECONDS,
  },
  {
    name: "WAV",
    class: ALONE,
    file: "song.wav",
    make: audioAlone("-c:a", "pcm_s24le"),
    expected: FIVE_SECONDS,
  },
  {
    name: "FLAC",
    class: ALONE,
    file: "song.flac",
    make: audioAlone("-c:a", "flac"),
    expected: FIVE_SECONDS,
  },
  {
    name: "Ogg Vorbis",
    class: ALONE,
    file: "song.ogg",
    make: audioAlone("-c:a", "libvorbis"),
    expected: FIVE_SECONDS,
  },
  {
    name: "Opus",
    class: ALONE,
    file: "song.opus",
    make: audioAlone("-c:a", "libopus"),
    expected: FIVE_SECONDS,
  },
  {
    name: "a voice memo (AMR, 8 kHz)",
    class: SAMPLE_RATES,
    file: "memo.amr",
    make: (path) => Promise.resolve(writeAmr(path, 4)),
    expected: { seconds: 4, checks: [fragments(2)] },
  },
  {
    name: "mono",
    class: CHANNELS,
    file: "mono.mp4",
    make: media({
      video: moving(),
      audio: hum(),
      seconds: 2,
      options: ["-ac", "1"],
    }),
    // The level of what it is made of.
    expected: { ...HEARD, checks: [tone(440, 0.5, 1.5), loud(-21.1)] },
  },
  {
    name: "5.1, mixed to stereo",
    class: CHANNELS,
    file: "speech.mkv",
    make: onlyFrom("FC"),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [/^sound: 6 channels mixed down to 2$/],
      checks: [tone(440, 0.5, 1.5)],
    },
  },
  {
    name: "5.1, beside stereo",
    class: CHANNELS,
    file: "surround.mkv",
    make: onlyFrom("BL"),
    options: ["--audio-channels", "6"],
    expected: {
      size: "320x180",
      seconds: 2,
      channels: 6,
      notes: [/^sound: 6 channels mixed down to 2$/, OF_ONE_LANGUAGE],
      // Front left, front right, centre, bass, back left, back right.
      checks: [onlyChannel(4, 6)],
    },
  },
  {
    name: "left and right as two mono streams",
    class: MONO_STREAMS,
    file: "camera.mxf",
    make: monoStreams(2),
    expected: {
      ...{ size: "320x180", seconds: 2, notes: [JOINED] },
      checks: [channelTones(300, 600)],
    },
  },
  {
    name: "two of four mono streams that the user names",
    class: MONO_STREAMS,
    file: "editing.mov",
    make: monoStreams(4),
    options: ["--audio", "4+3"],
    expected: {
      ...{ size: "320x180", seconds: 2 },
      notes: [
        /^sound: the mono streams 4\+3 are the channels of one, stereo$/,
        /^stream 1 \(audio, pcm_s16le\) is left out: /,
        /^stream 2 \(audio, pcm_s16le\) is left out: /,
      ],
      checks: [channelTones(1200, 900)],
    },
  },
  {
    name: "8 kHz",
    class: SAMPLE_RATES,
    file: "8k.avi",
    make: rated(8_000, "pcm_mulaw"),
    expected: HEARD,
  },
  {
    name: "32 kHz",
    class: SAMPLE_RATES,
    file: "32k.mkv",
    make: rated(32_000, "mp2"),
    expected: HEARD,
  },
  {
    name: "44.1 kHz",
    class: SAMPLE_RATES,
    file: "44k.mp4",
    make: rated(44_100, "aac"),
    expected: HEARD,
  },
  {
    name: "96 kHz PCM",
    class: SAMPLE_RATES,
    file: "96k.mov",
    make: rated(96_000, "pcm_s24le"),
    expected: HEARD,
  },
];
