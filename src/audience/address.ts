import {
  fragmentAddress,
  packageAddress,
  type FragmentNoun,
} from "../smooth/address.js";

/** What a stream is of, as far as its name or the log tells. */
export type StreamType = "video" | "audio" | "text" | "unknown";

/** A quality of a stream. */
export interface LoggedLevel {
  readonly stream: string;
  readonly type: StreamType;
  readonly bitrate: number;
}

/** What an address names, but for the time of the fragment. */
export interface FragmentPlace {
  /** Path of the package without `.ism`; undefined for pages, their files and whatever else. */
  readonly package: string | undefined;
  /** Set when it is of fragments that players play. */
  readonly level: LoggedLevel | undefined;
}

export interface Address {
  readonly place: FragmentPlace;
  /**
   * When the fragment begins, in ticks of the stream: nearly always of 10 MHz. Undefined
   * where there is none. Those of live encoders are rounded to a few ticks, as a double
   * has to: nobody counts fragments so near to one another.
   */
  readonly time: number | undefined;
}

const ELSEWHERE: FragmentPlace = { package: undefined, level: undefined };

/** Longer names are not those of packages. */
export const LONGEST_NAME = 1024;

/** What 64 bits with a sign hold. */
export const LATEST_TIME = 2 ** 63;

/** No picture has more bits per second. */
const MOST_BITRATE = 1e10;

/** What stands in front of a fragment's time, or the whole path. */
function readPlace(front: string): FragmentPlace {
  const path = front
    .replace(/^https?:\/\/[^/]*/i, "") // as it is asked of a proxy
    .replace(/\.isml\//i, ".ism/"); // as live origins call it
  const found = packageAddress(path);
  if (found === undefined || found.path.length > LONGEST_NAME) return ELSEWHERE;
  return { package: found.path, level: readLevel(found.rest) };
}

/** Players play fragments. `KeyFrames` are for fast forward, `FragmentInfo` is about them. */
function readLevel(rest: string): LoggedLevel | undefined {
  const address = fragmentAddress(`${rest}0)`);
  if (address === undefined || !PLAYED.includes(address.noun)) return undefined;
  const { stream, bitrate } = address;
  return bitrate > MOST_BITRATE
    ? undefined
    : { stream, bitrate, type: typeOf(stream) };
}

const PLAYED: readonly FragmentNoun[] = ["Fragments", "RawFragments"];

/** Addresses tell only a name; packagers call streams after what they are. */
function typeOf(stream: string): StreamType {
  if (/video/i.test(stream)) return "video";
  if (/audio|sound/i.test(stream)) return "audio";
  return /text|caption|sub/i.test(stream) ? "text" : "unknown";
}

function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const MOST_KNOWN = 20_000;

/** Reads addresses. What is the same but for the time is the same {@link FragmentPlace}, an object that can be compared. */
export class AddressBook {
  readonly #known = new Map<string, FragmentPlace>();

  /** @param path as it was asked for, without the query */
  read(path: string): Address {
    const text = decoded(path);
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

  /** The origin knows the package and the type of a stream, whatever was written in the address. */
  asTold(
    place: FragmentPlace,
    name: string | undefined = place.package,
    stream: string | undefined = place.level?.stream,
    type: StreamType | undefined = place.level?.type,
  ): FragmentPlace {
    const { level } = place;
    if (level === undefined || stream === undefined || type === undefined)
      return name === place.package
        ? place
        : this.#know(` ${name}`, () => ({ package: name, level: undefined }));
    const isSame =
      name === place.package && stream === level.stream && type === level.type;
    if (isSame) return place;
    const key = ` ${JSON.stringify([name, stream, type, level.bitrate])}`;
    return this.#know(key, () => ({
      package: name,
      level: { ...level, stream, type },
    }));
  }

  #know(key: string, read: () => FragmentPlace): FragmentPlace {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const place = read();
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, place);
    return place;
  }
}
