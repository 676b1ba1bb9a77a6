import type { Tools } from "../ffmpeg/find.js";
import { toLanguage } from "../media/language.js";
import { askFfprobeAbout } from "./ask-ffprobe.js";

/** A page of subtitles in a teletext stream. */
export interface TeletextPage {
  /** 100 to 899, as on a remote control. */
  readonly number: number;
  readonly language: string;
  readonly isHardOfHearing: boolean;
}

/**
 * The pages of subtitles that a teletext stream announces, those for people who hear first. One stream has
 * pages of several languages, which ffmpeg would mix. ETSI EN 300 468 6.2.43
 *
 * @returns nothing for a stream that announces no page
 * @throws PackError `input` when ffprobe cannot read the file
 */
export async function teletextPages(
  path: string,
  index: number,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<TeletextPage[]> {
  const file = { path, input: path, demuxer: undefined };
  const ask = askFfprobeAbout(file, tools, signal);
  const { streams = [] } = await ask("-show_streams", "-show_data");
  const stream = streams.find((one) => one.index === index);
  const languages = (stream?.tags?.["language"] ?? "").split(",");
  const bytes = bytesOf(stream?.extradata ?? "");
  const pages = languages.flatMap((tag, i) =>
    pageOf(bytes[2 * i], bytes[2 * i + 1], tag),
  );
  return pages.toSorted(
    (a, b) => Number(a.isHardOfHearing) - Number(b.isHardOfHearing),
  );
}

const SUBTITLE = 2;
const HARD_OF_HEARING = 5;

/** ffmpeg keeps two bytes for each language: five bits of type, three of magazine, and the page. */
function pageOf(
  first: number | undefined,
  second: number | undefined,
  tag: string,
): TeletextPage[] {
  if (first === undefined || second === undefined) return [];
  const type = first >> 3;
  if (type !== SUBTITLE && type !== HARD_OF_HEARING) return [];
  const magazine = first & 7 || 8;
  return [
    {
      number: magazine * 100 + (second >> 4) * 10 + (second & 15),
      language: toLanguage(tag),
      isHardOfHearing: type === HARD_OF_HEARING,
    },
  ];
}

/** ffprobe's table: `00000000: 1088 2889   ..` */
function bytesOf(table: string): number[] {
  const words = [...table.matchAll(/^[\da-f]{8}: ((?:[\da-f]{2,4} )+)/gm)];
  const digits = words.map(([, row = ""]) => row.replaceAll(" ", "")).join("");
  return (digits.match(/../g) ?? []).map((byte) => parseInt(byte, 16));
}
