import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { clearType, type ParsedBox } from "../isobmff/parsed-box.js";
import { toLanguage } from "../media/language.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import {
  numberIn,
  type ClientLevel,
  type ClientManifest,
  type ClientStream,
} from "../smooth/client-manifest.js";
import type { ServerTrack } from "../smooth/server-manifest.js";

/** A track of a media file that no .ism names. */
export interface FoundTrack {
  readonly src: string;
  readonly trackId: number;
  /** `video`, `audio` or `textstream`. */
  readonly kind: string;
  /** By its moov. */
  readonly language: string;
  /** Its share of the file. */
  readonly bytes: number;
  readonly entry?: ParsedBox;
}

/** A level of the client manifest that some track is. */
interface Place {
  readonly stream: ClientStream;
  readonly level: ClientLevel;
}

/** Each track as the level of the client manifest that is most like it. */
export function namedByClient(
  found: readonly FoundTrack[],
  client: ClientManifest | undefined,
): ServerTrack[] {
  const places = matched(found, client);
  const left = unnamed(found.filter((track) => !places.has(track)));
  return found.map((track) => {
    const { src, trackId, kind } = track;
    const place = places.get(track);
    const own = place?.stream.element.attributes.get("Language");
    const language = toLanguage(own);
    return {
      ...{ kind, src, trackId },
      name: place?.stream.name ?? left.get(track) ?? kind,
      bitrate: place?.level.bitrate ?? NaN,
      language: language === "und" ? track.language : language,
      params: place?.level.custom ?? new Map<string, string>(),
    };
  });
}

/** The best pairs first; each level has one track, and each track one level. */
function matched(
  found: readonly FoundTrack[],
  client: ClientManifest | undefined,
): Map<FoundTrack, Place> {
  const all = (client?.streams ?? []).flatMap((stream) =>
    stream.levels.map((level): Place => ({ stream, level })),
  );
  const seconds = client ? lengthOf(client) : NaN;
  const pairs = found.flatMap((track) =>
    all
      .filter(({ stream }) => kindOf(stream) === track.kind)
      .map((place) => ({ track, place, score: score(track, place, seconds) })),
  );
  const places = new Map<FoundTrack, Place>();
  const taken = new Set<Place>();
  for (const { track, place } of pairs.sort((a, b) => b.score - a.score)) {
    if (places.has(track) || taken.has(place)) continue;
    places.set(track, place);
    taken.add(place);
  }
  return places;
}

function kindOf({ element }: ClientStream): string {
  const type = element.attributes.get("Type")?.toLowerCase() ?? "";
  return type === "text" ? "textstream" : type;
}

function lengthOf({ duration, root }: ClientManifest): number {
  return duration / (numberIn(root, "TimeScale") || SMOOTH_TIMESCALE);
}

/** What weighs most is written in the media themselves. Names of files are what people gave them. */
const WEIGHTS = { decoder: 8, language: 8, name: 4, bitrate: 1 } as const;

function score(
  track: FoundTrack,
  { stream, level }: Place,
  seconds: number,
): number {
  const file = track.src.toLowerCase();
  const rate = Math.round(level.bitrate / 1000);
  const own = toLanguage(stream.element.attributes.get("Language"));
  const isNamed = new RegExp(`(^|[^0-9])${rate}(000)?([^0-9]|$)`).test(file);
  const measured = (track.bytes * 8) / seconds;
  const off = Math.abs(Math.log2(measured / level.bitrate));
  return (
    (hasDecoder(track, level) ? WEIGHTS.decoder : 0) +
    languageScore(track.language, own) +
    (file.includes(stream.name.toLowerCase()) ? WEIGHTS.name : 0) +
    (own !== "und" && file.includes(own) ? WEIGHTS.name : 0) +
    (isNamed ? WEIGHTS.name : 0) -
    (Number.isFinite(off) ? WEIGHTS.bitrate * off : 0)
  );
}

function languageScore(one: string, other: string): number {
  if (one === "und" || other === "und") return 0;
  return one === other ? WEIGHTS.language : -WEIGHTS.language;
}

/** Are the decoder's data of a level those of the track? */
function hasDecoder(
  { entry, src }: FoundTrack,
  { attributes, bitrate }: ClientLevel,
): boolean {
  const codec = codecOfSampleEntry(entry ? clearType(entry) : "");
  const told = attributes.get("CodecPrivateData")?.toUpperCase();
  if (codec === undefined || entry === undefined || !told) return false;
  try {
    const config = codec.readConfig(entry, src);
    const format = codec.readFormat(entry, config);
    const level = codec.qualityLevel({ config, format, bitrate });
    return String(level["CodecPrivateData"]).toUpperCase() === told;
  } catch (error) {
    if (error instanceof PackError) return false;
    throw error;
  }
}

/** Names of tracks that no manifest names: with the language, where there are several. */
function unnamed(found: readonly FoundTrack[]): Map<FoundTrack, string> {
  return new Map(
    found.map((track) => {
      const { kind, language } = track;
      const alike = found.filter((one) => one.kind === kind);
      const languages = new Set(alike.map((one) => one.language));
      const isApart = kind !== "video" && languages.size > 1;
      const word = kind === "textstream" ? "text" : kind;
      const isText = kind === "textstream";
      return [track, isApart || isText ? `${word}_${language}` : word];
    }),
  );
}
