import type {
  AdaptiveStream,
  AdaptiveTitle,
  Representation,
} from "../media/adaptive-title.js";
import { englishName, shortestTag } from "../media/shortest-tag.js";
import type { StreamKind } from "../media/track.js";
import { tagLine, type TagAttributes } from "./hls-tags.js";

/** The multivariant playlist: qualities of the picture, sounds, captions. RFC 8216 4.3.4 */
export function masterPlaylist({ streams }: AdaptiveTitle): string {
  const of = (kind: StreamKind) => streams.filter((one) => one.kind === kind);
  const [video, audio, text] = [of("video"), of("audio"), of("text")];
  const groups = audioGroups(audio);
  const subtitles = text.filter(({ webVtt }) => webVtt !== undefined);
  const lines = [
    ...["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"],
    ...groups.flatMap((group) => audioLines(group)),
    ...subtitles.flatMap((stream) => subtitleLine(stream, subtitles)),
    ...variants(video, groups).flatMap((one) =>
      variantLines(one, subtitles.length > 0),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** Sounds among which a client chooses by language: of one codec, one quality of each stream. */
interface AudioGroup {
  readonly id: string;
  readonly members: readonly AudioMember[];
}

interface AudioMember {
  readonly stream: AdaptiveStream;
  readonly sound: Representation;
}

function audioGroups(streams: readonly AdaptiveStream[]): AudioGroup[] {
  const groups = new Map<string, AudioMember[]>();
  for (const stream of streams)
    for (const [level, sound] of stream.representations.entries()) {
      const key = `${level} ${sound.codecs}`;
      groups.set(key, [...(groups.get(key) ?? []), { stream, sound }]);
    }
  return [...groups.values()].map((members, i) => ({
    id: `audio-${i + 1}`,
    members,
  }));
}

/** RFC 8216 4.3.4.1 */
function audioLines({ id, members }: AudioGroup): string[] {
  const streams = members.map(({ stream }) => stream);
  return members.map(({ stream, sound }, i) =>
    tagLine("EXT-X-MEDIA", {
      ...{ TYPE: ["AUDIO"], "GROUP-ID": id },
      ...namesOf(stream, streams),
      DEFAULT: [i === 0 ? "YES" : "NO"],
      AUTOSELECT: ["YES"],
      ...(sound.channels !== undefined && { CHANNELS: `${sound.channels}` }),
      URI: sound.segments.playlist,
    }),
  );
}

/** Captions are never on by themselves. */
function subtitleLine(
  stream: AdaptiveStream,
  streams: readonly AdaptiveStream[],
): string {
  return tagLine("EXT-X-MEDIA", {
    ...{ TYPE: ["SUBTITLES"], "GROUP-ID": SUBTITLES },
    ...namesOf(stream, streams),
    ...{ DEFAULT: ["NO"], AUTOSELECT: ["YES"], FORCED: ["NO"] },
    ...(stream.subtype === "CAPT" && { CHARACTERISTICS: FOR_THE_DEAF }),
    URI: subtitlePlaylist(stream),
  });
}

/** It tells what is said, and sounds. RFC 8216 4.3.4.1 */
const FOR_THE_DEAF =
  "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

const SUBTITLES = "subtitles";

/** The address of the playlist that names the WebVTT file of captions. */
export function subtitlePlaylist({ webVtt = "" }: AdaptiveStream): string {
  return webVtt.replace(/\.vtt$/, ".m3u8");
}

/** A name that people choose by; it must be the only one in its group. */
function namesOf(
  stream: AdaptiveStream,
  group: readonly AdaptiveStream[],
): TagAttributes {
  const { name, language } = stream;
  const isOnly = group.filter((one) => one.language === language).length === 1;
  const plain = englishName(language) ?? name;
  const tag = shortestTag(language);
  return {
    NAME: isOnly ? plain : `${plain} (${name})`,
    ...(tag !== undefined && tag !== "und" && { LANGUAGE: tag }),
  };
}

/** A quality that a client may choose: a picture with a group of sounds, or a sound alone. */
interface Variant {
  readonly main: Representation;
  readonly group: AudioGroup | undefined;
}

function variants(
  video: readonly AdaptiveStream[],
  groups: readonly AudioGroup[],
): Variant[] {
  const pictures = video.flatMap(({ representations }) => representations);
  const sounds: readonly (AudioGroup | undefined)[] =
    groups.length > 0 ? groups : [undefined];
  if (pictures.length > 0)
    return sounds.flatMap((group) => pictures.map((main) => ({ main, group })));
  return groups.flatMap((group) =>
    group.members.slice(0, 1).map(({ sound: main }) => ({ main, group })),
  );
}

/** RFC 8216 4.3.4.2 */
function variantLines(
  { main, group }: Variant,
  hasSubtitles: boolean,
): string[] {
  const sounds = (group?.members ?? []).map(({ sound }) => sound);
  const others = sounds.filter((sound) => sound !== main);
  const most = (of: (one: Representation) => number) =>
    of(main) +
    (sounds.includes(main) ? 0 : Math.max(0, ...others.map((one) => of(one))));
  const codecs = new Set([main, ...sounds].map((one) => one.codecs));
  const { width, height } = main;
  return [
    tagLine("EXT-X-STREAM-INF", {
      BANDWIDTH: [most(({ peak }) => peak)],
      "AVERAGE-BANDWIDTH": [most(({ average }) => average)],
      CODECS: [...codecs].join(","),
      ...(width !== undefined &&
        height !== undefined && { RESOLUTION: [`${width}x${height}`] }),
      ...(group && { AUDIO: group.id }),
      ...(hasSubtitles && { SUBTITLES }),
    }),
    main.segments.playlist,
  ];
}
