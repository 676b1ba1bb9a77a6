import { onlyChannel } from "../checks/audio.js";
import type { Row } from "../row.js";
import { FULL_RANGE, OF_ONE_LANGUAGE } from "./notes.js";

/** A row whose input is a file of a Debian package. */
export interface DebianRow extends Omit<Row, "make"> {
  /** Below the package's folder. */
  readonly from: string;
}

const REAL = "real files";

/** Quick, and large enough to look at. */
const ONE_RUNG = ["--rung", "320x180:200k"];

/** Recordings of phones and webcams, and what converters made of them. */
const FORENSICS_SAMPLES: readonly DebianRow[] = [
  {
    name: "a phone's clip of 2019, with two odd gaps between frames",
    class: REAL,
    file: "phone.mp4",
    from: "movie1/VID_20191220_170832.mp4",
    options: ONE_RUNG,
    expected: { size: "320x180", seconds: 1.517 },
  },
  {
    name: "a webcam's clip in AVI",
    class: REAL,
    file: "webcam.avi",
    from: "movie2/movie-hello.avi",
    options: ONE_RUNG,
    expected: {
      size: "320x180",
      rate: "25/1",
      seconds: 8.36,
      notes: [/^sound ends 0\.1\d s before the picture: filled with silence$/],
    },
  },
  {
    name: "a webcam's clip of variable rate",
    class: REAL,
    file: "webcam.mp4",
    from: "movie2/movie-hello.mp4",
    options: ONE_RUNG,
    expected: { size: "320x180", rate: "30/1", seconds: 8.32 },
  },
  {
    name: "an MPEG program stream that starts at 0.5 s",
    class: REAL,
    file: "webcam.mpeg",
    from: "movie2/movie-hello.mpeg",
    options: ONE_RUNG,
    expected: { size: "240x180", rate: "30000/1001", seconds: 8.32 },
  },
  {
    name: "Ogg whose sound ffmpeg cannot decode",
    class: REAL,
    file: "webcam.ogg",
    from: "movie2/movie-hello.ogg",
    options: ONE_RUNG,
    // An encoder of 2019: its packets of Vorbis are not what their header says.
    expected: { exitCode: 3, says: /damaged|decode|its sound fills/ },
  },
  {
    name: "spoken words in MP3",
    class: REAL,
    file: "spoken.mp3",
    from: "audio1/debian.mp3",
    expected: { seconds: 5.42 },
  },
  {
    name: "a photo of a phone",
    class: REAL,
    file: "photo.jpg",
    from: "pic1/IMG-20191006-WA0002.jpg",
    options: ONE_RUNG,
    expected: {
      size: "240x180",
      seconds: 0.04,
      channels: 0,
      notes: [FULL_RANGE],
    },
  },
  {
    name: "a photo of 161x1",
    class: REAL,
    file: "line.jpg",
    from: "pic1/empty.jpg",
    expected: {
      size: "160x2",
      seconds: 0.04,
      channels: 0,
      notes: [FULL_RANGE],
    },
  },
  {
    name: "a text document",
    class: REAL,
    file: "text.pdf",
    from: "text1/a-text.pdf",
    expected: { exitCode: 3, says: /is not a media file/ },
  },
];

/** A test recording of the European Broadcasting Union: each speaker after the other. */
const JANUS_DEMOS: readonly DebianRow[] = [
  {
    name: "5.1, mixed to stereo",
    class: REAL,
    file: "blits.mp4",
    from: "ChID-BLITS-EBU.mp4",
    options: ONE_RUNG,
    expected: {
      size: "240x180",
      rate: "8/1",
      seconds: 46.625,
      notes: [/^sound: 6 channels mixed down to 2$/],
    },
  },
  {
    name: "5.1, beside stereo",
    class: REAL,
    file: "blits6.mp4",
    from: "ChID-BLITS-EBU.mp4",
    options: [...ONE_RUNG, "--audio-channels", "6"],
    expected: {
      size: "240x180",
      rate: "8/1",
      seconds: 46.625,
      channels: 6,
      notes: [/^sound: 6 channels mixed down to 2$/, OF_ONE_LANGUAGE],
      // It begins with the left speaker.
      checks: [onlyChannel(0, 6)],
    },
  },
];

export const FROM_DEBIAN = [
  {
    aptPackage: "forensics-samples-files",
    root: "/usr/share/forensics-samples/original-files",
    rows: FORENSICS_SAMPLES,
  },
  {
    aptPackage: "janus-demos",
    root: "/usr/share/janus/demos/surround",
    rows: JANUS_DEMOS,
  },
] as const;
