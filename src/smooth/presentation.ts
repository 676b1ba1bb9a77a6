import { codecNamed, isDolby } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { fragmentBegins } from "../media/fragments.js";
import { distinctBitrates } from "../media/level-bitrates.js";
import type {
  Presentation,
  Protected,
  Stream,
  TrackFile,
} from "../media/presentation.js";
import type { StreamKind } from "../media/track.js";

/**
 * Groups track files into streams.
 *
 * @throws PackError `mux` when the tracks of a stream do not share fragment times, or
 * only some tracks are protected
 */
export function makePresentation(
  name: string,
  files: readonly TrackFile[],
): Presentation {
  const video = files.filter((file) => kindOf(file) === "video");
  const audio = files.filter((file) => kindOf(file) === "audio");
  const languages = new Set(audio.map((file) => file.language));
  const text = files.filter((file) => kindOf(file) === "text");
  const streams = [
    ...(video.length > 0 ? [makeStream("video", "video", "und", video)] : []),
    ...streamsByName("audio", audio, ({ language }) =>
      languages.size === 1 ? "audio" : `audio_${language}`,
    ),
    ...streamsByName("text", text, ({ language }) => `text_${language}`),
  ];
  return {
    name,
    duration: Math.max(...files.map((file) => file.duration)),
    streams,
    protection: commonProtection(files),
  };
}

/** @param unnamed the name of a track that has none */
function streamsByName(
  kind: StreamKind,
  files: readonly TrackFile[],
  unnamed: (file: TrackFile) => string,
): Stream[] {
  const nameOf = (file: TrackFile) => file.stream ?? unnamed(file);
  return [...new Set(files.map(nameOf))].map((name) => {
    const own = files.filter((file) => nameOf(file) === name);
    return makeStream(kind, name, own[0]?.language ?? "und", own);
  });
}

/** A manifest names one key, and it must not promise a protection that a file lacks. */
function commonProtection(files: readonly TrackFile[]): Protected | undefined {
  // Text stays in the clear: clients read it themselves, without a decoder that has the
  // key.
  const [first, ...rest] = files.filter((file) => kindOf(file) !== "text");
  const headerOf = ({ protection }: TrackFile) =>
    protection && Buffer.from(protection.data).toString("base64");
  const other =
    first && rest.find((file) => headerOf(file) !== headerOf(first));
  if (other === undefined) return first?.protection;
  throw new PackError(
    "mux",
    `${other.file}: is not protected as ${first?.file} is. Expected one protection for all tracks, or none.`,
  );
}

function kindOf(file: TrackFile): StreamKind {
  return codecNamed(file.codec).kind;
}

function makeStream(
  kind: StreamKind,
  name: string,
  language: string,
  files: readonly TrackFile[],
): Stream {
  requireSameTimes(files);
  return { kind, name, language, tracks: distinctBitrates(files) };
}

/** All levels share one list of `c` elements, so each fragment must agree to the tick. */
function requireSameTimes([first, ...rest]: readonly TrackFile[]): void {
  if (first === undefined) return;
  for (const other of rest) {
    const [own, others] = [
      fragmentBegins(first.fragments),
      fragmentBegins(other.fragments),
    ];
    const i = others.findIndex((time, k) => time !== own[k]);
    const isSame = i === -1 && others.length === own.length;
    if (isSame && other.duration === first.duration) continue;
    const time = others[i] ?? other.duration;
    const expected = own[i] ?? first.duration;
    throw new PackError(
      "mux",
      `${other.file}: fragment ${Math.max(i, 0) + 1} starts at ${time}, in ${first.file} at ${expected}. Rungs must share cut times.`,
    );
  }
}

/** What a client manifest tells decoders of E-AC-3 and AC-3. */
export const CODEC_DATA = ["full", "none"] as const;

export type CodecData = (typeof CODEC_DATA)[number];

/** The tracks as the client manifest is to tell them. */
export function withCodecData(
  tracks: readonly TrackFile[],
  { ec3CodecData }: { readonly ec3CodecData: CodecData },
): TrackFile[] {
  return tracks.map((track) =>
    ec3CodecData === "none" && isDolby(track.codec)
      ? { ...track, hasCodecData: false }
      : track,
  );
}
