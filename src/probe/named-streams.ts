import { PackError } from "../errors.js";
import type { FfprobeStream } from "./ffprobe-json.js";
import { wrongChoice, type SoundChoice } from "./stream-choice.js";
import { faultOf, isCoverArt, neverComes } from "./stream-facts.js";

/** The stream that the user names as picture. @throws PackError `usage`, or `input` when it cannot be decoded */
export function namedPicture(
  index: number,
  streams: readonly FfprobeStream[],
  path: string,
): FfprobeStream {
  return named(index, { option: "--video", kind: "video", streams, path });
}

/** The streams that the user names as one sound. @throws PackError as {@link namedPicture} does */
export function namedSound(
  { streams: indexes }: SoundChoice,
  streams: readonly FfprobeStream[],
  path: string,
): readonly FfprobeStream[] {
  const sounds = indexes.map((index) =>
    named(index, { option: "--audio", kind: "audio", streams, path }),
  );
  const wide = sounds.find(({ channels }) => channels !== 1);
  if (sounds.length > 1 && wide !== undefined) {
    throw wrongChoice(
      "--audio",
      indexes.join("+"),
      `mono streams to join; of ${path} stream ${wide.index} has ${wide.channels} channels`,
    );
  }
  return sounds;
}

interface Search {
  readonly option: string;
  readonly kind: "video" | "audio";
  readonly streams: readonly FfprobeStream[];
  readonly path: string;
}

function named(index: number, search: Search): FfprobeStream {
  const { option, kind, streams, path } = search;
  const ofKind = streams.filter(
    (stream) => stream.codec_type === kind && !isCoverArt(stream),
  );
  const stream = ofKind.find((each) => each.index === index);
  const what = kind === "video" ? "picture" : "sound";
  if (stream === undefined) {
    const numbers = ofKind.map((each) => each.index).join(", ");
    const expected =
      numbers === "" ? `no such option: it has no ${what}` : numbers;
    throw wrongChoice(
      option,
      index,
      `the number of a ${what} of ${path}: ${expected}`,
    );
  }
  const fault = neverComes(stream) ? "never comes" : faultOf(stream);
  if (fault === undefined) return stream;
  throw new PackError(
    "input",
    `${path}: its ${what} (stream ${index}) ${fault}.`,
    {
      facts: { file: path, stream: index },
    },
  );
}
