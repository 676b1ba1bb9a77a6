import { writeFileSync } from "node:fs";
import { tone } from "../checks/audio.js";
import {
  chunksBehindTheEnd,
  cutOff,
  hugeMovie,
  hugeSample,
  noise,
  shortHeaders,
  unknownCodec,
} from "../make/bytes.js";
import { FAST_START, film } from "../make/film.js";
import { changed, media } from "../make/media.js";
import { hum } from "../make/sources.js";
import type { Maker, Row } from "../row.js";

const LYING = "sizes that lie";
const NO_MEDIA = "no media at all";

function content(bytes: string | Uint8Array): Maker {
  return (path) => Promise.resolve(writeFileSync(path, bytes));
}

const REFUSED_AS_NO_MEDIA = {
  exitCode: 3,
  says: /is not a media file that ffprobe can read/,
};

export const BROKEN: readonly Row[] = [
  {
    name: "a sample of 2 GB in a small MP4",
    class: LYING,
    file: "huge-sample.mp4",
    make: changed(film(), hugeSample),
    expected: { exitCode: 3, says: /decoded|damaged|cut off|not a media file/ },
  },
  {
    name: "chunks behind the end of an MP4",
    class: LYING,
    file: "behind-the-end.mp4",
    make: changed(film(), chunksBehindTheEnd),
    expected: { exitCode: 3, says: /decoded|damaged|cut off|not a media file/ },
  },
  {
    name: "a movie box of 2 GB in a small MP4",
    class: LYING,
    file: "huge-movie.mp4",
    make: changed(film(...FAST_START), hugeMovie),
    // ffmpeg finds all of it in spite of that: then it is packaged.
    expected: { size: "320x180", seconds: 6, checks: [tone(440, 0.5, 5.5)] },
  },
  {
    name: "an MP4 of six seconds whose header tells of one",
    class: LYING,
    file: "short-header.mp4",
    make: changed(film("-use_editlist", "0", "-bf", "0"), shortHeaders),
    expected: { size: "320x180", seconds: 6, checks: [tone(440, 0.5, 5.5)] },
  },
  {
    name: "zero bytes",
    class: NO_MEDIA,
    file: "empty.mp4",
    make: content(""),
    expected: { exitCode: 3, says: /is empty \(0 bytes\)/ },
  },
  {
    name: "a text",
    class: NO_MEDIA,
    file: "text.mp4",
    make: content("Dear diary,\nthis is no film.\n".repeat(50)),
    expected: REFUSED_AS_NO_MEDIA,
  },
  {
    name: "a web page that says 404",
    class: NO_MEDIA,
    file: "page.mp4",
    make: content("<!DOCTYPE html><html><title>404</title><p>Not found</html>"),
    expected: REFUSED_AS_NO_MEDIA,
  },
  {
    name: "subtitles",
    class: NO_MEDIA,
    file: "subtitles.srt",
    make: content("1\n00:00:01,000 --> 00:00:02,000\nHello\n"),
    expected: { exitCode: 3, says: /./ },
  },
  {
    name: "noise",
    class: NO_MEDIA,
    file: "noise.mkv",
    make: content(noise(100_000)),
    expected: REFUSED_AS_NO_MEDIA,
  },
  {
    name: "the first bytes of an MP4 and no more",
    class: NO_MEDIA,
    file: "first-bytes.mp4",
    make: changed(film(), (path) => cutOff(path, 0.001)),
    expected: { exitCode: 3, says: /./ },
  },
  {
    name: "an encrypted MP4",
    class: "encrypted",
    file: "encrypted.mp4",
    make: film(
      ...["-encryption_scheme", "cenc-aes-ctr"],
      ...["-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"],
      ...["-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"],
    ),
    expected: { exitCode: 3, says: /encrypted/ },
  },
  {
    // A decoder gives less than its lead-in, and complains of nothing.
    name: "AAC of ten samples",
    class: "sound that decodes to nothing",
    file: "nothing.m4a",
    make: media({
      audio: hum(),
      options: ["-af", "atrim=end_sample=10"],
    }),
    expected: { exitCode: 3, says: /nothing\.m4a: none of its sound decodes/ },
  },
  {
    name: "a picture in a code that nobody knows",
    class: "a codec that this ffmpeg cannot decode",
    file: "unknown.mp4",
    make: changed(film(), (path) => unknownCodec(path, "xyz9")),
    expected: { exitCode: 3, says: /xyz9/ },
  },
];
