import { SYSTEMS } from "../drm/index.js";
import { uuidText } from "../drm/kid.js";
import { HeaderError } from "../drm/system.js";
import { toLanguage } from "../media/language.js";
import type { ReadStream, ReadTrack } from "../media/presentation.js";
import type {
  ClientManifest,
  ClientStream,
} from "../smooth/client-manifest.js";
import type {
  ScanRow,
  ScannedAudio,
  ScannedProtection,
  ScannedText,
  ScannedVideo,
} from "./row.js";

/** The streams of a package, as rows have them. */
export type StreamFacts = Pick<ScanRow, "video" | "audio" | "captions">;

export const NO_STREAMS: StreamFacts = { video: [], audio: [], captions: [] };

/** The streams of a package that was read. */
export function factsOfStreams(streams: readonly ReadStream[]): StreamFacts {
  const of = (kind: ReadStream["kind"]) =>
    streams.filter((stream) => stream.kind === kind);
  return {
    video: of("video").flatMap(({ tracks }) => tracks.map(videoOf)),
    audio: of("audio").flatMap(({ language, tracks }) =>
      tracks.map((track): ScannedAudio => ({ ...soundOf(track, language) })),
    ),
    captions: of("text").map(({ language, tracks: [first] }) => ({
      codec: codecOf(first),
      language: toLanguage(language),
    })),
  };
}

function videoOf(track: ReadTrack): ScannedVideo {
  return {
    codec: codecOf(track),
    bitrate: positive(track.bitrate),
    width: positive(track.width),
    height: positive(track.height),
  };
}

function soundOf(track: ReadTrack, language: string): ScannedAudio {
  return {
    codec: codecOf(track),
    bitrate: positive(track.bitrate),
    language: toLanguage(language),
  };
}

function codecOf(track: ReadTrack | undefined): string {
  return named(track?.codec ?? track?.sampleEntry ?? "");
}

/** Of codecs that mss-pack does not package. */
const NAMES: Readonly<Record<string, string>> = {
  "vc-1": "vc1",
  ...{
    ovc1: "vc1",
    wvc1: "vc1",
    wma: "wmapro",
    owma: "wmapro",
    wmap: "wmapro",
  },
  ...{ h264: "h264", avc1: "h264", davc: "h264", hvc1: "hevc", hev1: "hevc" },
  ...{ aacl: "aac", aach: "aac", "ec-3": "eac3", "ac-3": "ac3" },
  ...{ ttml: "ttml", dfxp: "ttml" },
};

/** Our name of a codec by its four characters. */
function named(fourCC: string): string {
  const key = fourCC.trim().toLowerCase();
  return Object.hasOwn(NAMES, key) ? (NAMES[key] ?? key) : key;
}

/** The streams as a client manifest announces them: all that is known without the files. */
export function factsOfManifest({ streams }: ClientManifest): StreamFacts {
  const of = (pattern: RegExp) =>
    streams.filter(({ element }) =>
      pattern.test(element.attributes.get("Type") ?? ""),
    );
  return {
    video: of(/^video$/i).flatMap(announcedVideo),
    audio: of(/^audio$/i).flatMap(announcedAudio),
    captions: of(/^text/i).map(announcedText),
  };
}

function announcedVideo({ levels }: ClientStream): ScannedVideo[] {
  return levels.map(({ bitrate, attributes }) => {
    const size = (name: string) =>
      positive(Number(attributes.get(`Max${name}`) ?? attributes.get(name)));
    return {
      codec: named(attributes.get("FourCC") ?? ""),
      ...{ bitrate: positive(bitrate), width: size("Width") },
      height: size("Height"),
    };
  });
}

function announcedAudio(stream: ClientStream): ScannedAudio[] {
  return stream.levels.map(({ bitrate, attributes }) => ({
    codec: named(attributes.get("FourCC") ?? ""),
    bitrate: positive(bitrate),
    language: languageOf(stream),
  }));
}

function announcedText(stream: ClientStream): ScannedText {
  const [first] = stream.levels;
  const codec = named(first?.attributes.get("FourCC") ?? "");
  return { codec, language: languageOf(stream) };
}

function languageOf({ element }: ClientStream): string {
  return toLanguage(element.attributes.get("Language"));
}

/** JSON has no NaN. */
function positive(value: number | undefined): number | null {
  return value !== undefined && value > 0 && Number.isFinite(value)
    ? value
    : null;
}

/**
 * Who protects a package.
 *
 * @param header of the manifest or the moov; undefined when only samples tell
 */
export function protectorOf(
  header: { readonly systemId: string; readonly data: Uint8Array } | undefined,
  streams: readonly ReadStream[],
): ScannedProtection | null {
  if (header !== undefined) return protectorNamed(header.systemId, header.data);
  const isEncrypted = streams.some(({ tracks }) =>
    tracks.some(({ encryption }) => encryption !== undefined),
  );
  return isEncrypted ? { system: null, keyId: null } : null;
}

/** The system of a header and the key that it names. */
export function protectorNamed(
  systemId: string,
  data: Uint8Array,
): ScannedProtection {
  const system = Object.values(SYSTEMS).find(
    (one) => one.systemId === systemId.toLowerCase(),
  );
  if (system === undefined) return { system: systemId, keyId: null };
  try {
    const text = Buffer.from(data).toString("base64");
    const [key] = system.readHeader(text).keys;
    return { system: system.label, keyId: key ? uuidText(key.kid) : null };
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    return { system: system.label, keyId: null };
  }
}
