import {
  fragmentAddress,
  packageAddress,
  type FragmentNoun,
} from "../smooth/address.js";

/** The type of a stream, if its name or the log gives it. */
export type StreamType = "video" | "audio" | "text" | "unknown";

/** A quality of a stream. */
export interface LoggedLevel {
  readonly stream: string;
  readonly type: StreamType;
  /** If the log tells it. */
  readonly language?: string | undefined;
  readonly bitrate: number;
}

/** The parts of an address, without the time of the fragment. */
export interface FragmentPlace {
  /** Path of the package without `.ism`; undefined for pages, their files and all other addresses. */
  readonly package: string | undefined;
  /** Set for fragments that players play. */
  readonly level: LoggedLevel | undefined;
}

export interface LoggedAddress {
  readonly place: FragmentPlace;
  /**
   * The begin of the fragment, in ticks of the stream, nearly always of 10 MHz; undefined if the
   * address has none. Times of live encoders lose a few ticks in a double: fragments are never so
   * close together.
   */
  readonly time: number | undefined;
}

const ELSEWHERE: FragmentPlace = { package: undefined, level: undefined };

/** No package has a longer name. */
export const LONGEST_NAME = 1024;

/** The limit of a signed number of 64 bits. */
export const LATEST_TIME = 2 ** 63;

/** No picture has a higher bitrate. */
const MOST_BITRATE = 1e10;

/** Reads the part before a fragment's time, or the whole path. */
function readPlace(front: string): FragmentPlace {
  const path = front
    .replace(/^https?:\/\/[^/]*/i, "") // as it is asked of a proxy
    .replace(/\.isml\//i, ".ism/"); // as live origins call it
  const address = packageAddress(path);
  if (address === undefined || address.path.length > LONGEST_NAME)
    return ELSEWHERE;
  return { package: address.path, level: readLevel(address.rest) };
}

/** Players play `Fragments`. `KeyFrames` are for fast forward, `FragmentInfo` describes them. */
function readLevel(rest: string): LoggedLevel | undefined {
  const address = fragmentAddress(`${rest}0)`);
  if (address === undefined || !PLAYED.includes(address.noun)) return undefined;
  const { stream, bitrate } = address;
  return bitrate > MOST_BITRATE
    ? undefined
    : { stream, bitrate, type: typeOf(stream) };
}

const PLAYED: readonly FragmentNoun[] = ["Fragments", "RawFragments"];

/** Addresses have only a name; packagers name streams after their type. */
function typeOf(stream: string): StreamType {
  if (/video/i.test(stream)) return "video";
  if (/audio|sound/i.test(stream)) return "audio";
  return /text|caption|sub/i.test(stream) ? "text" : "unknown";
}

/** The language in `audio_eng`, `text_deu_2`: mss-pack and others name streams so. */
export function languageIn(name: string): string | undefined {
  const tag = /_([a-z]{3})(?:_\d+)?$/i.exec(name)?.[1]?.toLowerCase();
  // `aac` in `audio_aac` is no language.
  return tag !== undefined && LANGUAGES.of(tag) !== undefined ? tag : undefined;
}

/** English names of languages; undefined for what is no language. */
export const LANGUAGES = new Intl.DisplayNames(["en"], {
  type: "language",
  fallback: "none",
});

function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** DASH and HLS ask for the same fragments. */
const SEGMENT_END_OF = /\)\.m4s$/i;

const MOST_KNOWN = 20_000;

/** Reads addresses. Addresses that differ only in the time give the same {@link FragmentPlace} object. */
export class AddressBook {
  readonly #fragmentPlaces = new Map<string, FragmentPlace>();

  /** @param path as the client wrote it, without the query */
  read(path: string): LoggedAddress {
    const text = decoded(path).replace(SEGMENT_END_OF, ")");
    const cut = text.lastIndexOf("=") + 1;
    const digits = text.slice(cut, -1);
    if (cut === 0 || !text.endsWith(")") || !/^\d{1,20}$/.test(digits))
      return {
        place: this.#know(text, () => readPlace(text)),
        time: undefined,
      };
    const front = text.slice(0, cut);
    const time = Number(digits);
    return {
      place: this.#know(front, () => readPlace(front)),
      time: time < LATEST_TIME ? time : undefined,
    };
  }

  /** The origin logs the package, the type and the language; they count more than the address. */
  asTold(
    place: FragmentPlace,
    name: string | undefined = place.package,
    stream: string | undefined = place.level?.stream,
    type: StreamType | undefined = place.level?.type,
    language: string | undefined = place.level?.language,
  ): FragmentPlace {
    const { level } = place;
    if (level === undefined || stream === undefined || type === undefined)
      return name === place.package
        ? place
        : this.#know(` ${name}`, () => ({ package: name, level: undefined }));
    const isSame =
      name === place.package &&
      stream === level.stream &&
      type === level.type &&
      language === level.language;
    if (isSame) return place;
    const told = { ...level, stream, type, language };
    // A line a request: several times as fast as JSON.
    const key = ` ${name}\0${stream}\0${type}\0${language}\0${level.bitrate}`;
    return this.#know(key, () => ({ package: name, level: told }));
  }

  #know(key: string, read: () => FragmentPlace): FragmentPlace {
    const stored = this.#fragmentPlaces.get(key);
    if (stored !== undefined) return stored;
    const place = read();
    if (this.#fragmentPlaces.size >= MOST_KNOWN) this.#fragmentPlaces.clear();
    this.#fragmentPlaces.set(key, place);
    return place;
  }
}
