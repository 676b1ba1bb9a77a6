import { encodingOf } from "../util/xml.js";
import type { Maker } from "./row.js";

/** The begins of a package's files, in which makers leave marks; empty where there is none. */
export interface Begins {
  readonly server: string;
  readonly client: string;
  /** Of the first media file, one character a byte. */
  readonly media: string;
}

/** What a maker's packages have, and others do not. */
interface Mark {
  readonly maker: Maker;
  /** The words that are told as the mark; undefined when it is not there. */
  readonly find: (begins: Begins) => string | undefined;
}

/** The first that is found counts: whoever wrote a manifest last knows best. */
const MARKS: readonly Mark[] = [
  comment("mss-pack", /<!--\s*(mss-pack \S+)/),
  comment(
    "Unified Streaming",
    /<!--\s*(Created with Unified Streaming[^>]*?)\s*-->/,
  ),
  comment("Bento4", /<!--\s*(Created with Bento4[^>]*?)\s*-->/),
  // Azure's origin needs it in every .ism, whoever encoded the files.
  server(
    "Azure Media Services",
    /<meta\b[^>]*name="formats"[^>]*>/,
    (found) => `formats ${contentOf(found)}`,
  ),
  // IIS copies the words of the live encoder's manifest into that of the archive.
  server(
    "IIS Live",
    /<meta\b[^>]*content="pushEncoder"[^>]*>/,
    () => "creator pushEncoder",
  ),
  client(
    "IIS Live",
    /\bIsLive="true"|\b(?:LookaheadCount|DVRWindowLength)="[1-9]/i,
  ),
  comment(
    "Expression Encoder",
    /<!--\s*(Created with Expression Encoder[^>]*?)\s*-->/,
  ),
  server("ffmpeg", /<meta\b[^>]*content="Lavf[\d.]*"[^>]*>/, contentOf),
  media("ffmpeg", /Lavf[\d.]*/),
  media("Bento4", /Bento4 (?:Video|Sound) Handler/),
  { maker: "mss-pack", find: oursByLayout },
];

/** The maker of a package, and its mark. */
export function makerOf(begins: Begins): {
  readonly maker: Maker;
  readonly makerMark: string | null;
} {
  for (const { maker, find } of MARKS) {
    const mark = find(begins);
    if (mark !== undefined) return { maker, makerMark: mark.slice(0, 100) };
  }
  return { maker: "unknown", makerMark: null };
}

function comment(maker: Maker, pattern: RegExp): Mark {
  const find = ({ server: own, client: other }: Begins) =>
    (pattern.exec(own) ?? pattern.exec(other))?.[1]?.trim();
  return { maker, find };
}

function server(
  maker: Maker,
  pattern: RegExp,
  say: (found: string) => string,
): Mark {
  const find = ({ server: own }: Begins) => {
    const found = pattern.exec(own)?.[0];
    return found === undefined ? undefined : say(found);
  };
  return { maker, find };
}

function client(maker: Maker, pattern: RegExp): Mark {
  return { maker, find: ({ client: own }) => pattern.exec(own)?.[0] };
}

function media(maker: Maker, pattern: RegExp): Mark {
  return { maker, find: ({ media: own }) => pattern.exec(own)?.[0] };
}

function contentOf(element: string): string {
  return /\bcontent="([^"]*)"/.exec(element)?.[1] ?? "";
}

/**
 * `mux` writes no words into its packages. Its files begin like Microsoft's, but no clock stood
 * at their making: the time in the mvhd is 0.
 */
function oursByLayout({ media: own }: Begins): string | undefined {
  const isLike = own.slice(4, 24) === "ftypisml\0\0\0\x01piffiso2";
  const at = own.indexOf("mvhd");
  const isTimeless = at > 0 && own.slice(at + 8, at + 16) === "\0".repeat(8);
  return isLike && isTimeless ? "ftyp isml 1, mvhd without a time" : undefined;
}

/** No maker's mark comes later. */
export const MARK_BYTES = 16 * 1024;

/** Comments come first. */
const MOST_TEXT = 8 * 1024;

/** The begin of a manifest as text. */
export function textBegin(bytes: Uint8Array): string {
  const begin = bytes.subarray(0, MOST_TEXT);
  return new TextDecoder(encodingOf(begin)).decode(begin);
}

/** The begin of a media file as text. */
export function mediaBegin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
