/** The kinds of fragment request. MS-SSTR 2.2.3 and 2.2.5 */
export type FragmentNoun =
  "Fragments" | "FragmentInfo" | "RawFragments" | "KeyFrames";

/** A fragment's address below its package. MS-SSTR 2.2.3 */
export interface FragmentAddress {
  readonly noun: FragmentNoun;
  readonly bitrate: number;
  /** Custom attributes after the bitrate. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly stream: string;
  /** In exact ticks of the stream: more than a double holds. */
  readonly time: bigint;
}

/** A path of an origin: a package, and the request for it. */
export interface PackageAddress {
  /** Path of the .ism below the served folder, without `.ism`. */
  readonly path: string;
  /** The part after `.ism/`. */
  readonly rest: string;
}

const PACKAGE = /^\/(.+)\.ism\/([^]*)$/i;

/**
 * Splits a decoded path at its last `.ism/`.
 * @returns undefined when it leads to no package
 */
export function packageAddress(path: string): PackageAddress | undefined {
  const match = PACKAGE.exec(path);
  if (match === null) return undefined;
  const [, name = "", rest = ""] = match;
  return { path: name, rest };
}

const FRAGMENT =
  /^QualityLevels\((\d{1,15})((?:,[^(),=]+=[^(),=]*)*)\)\/(Fragments|FragmentInfo|RawFragments|KeyFrames)\(([^(),=]+)=(\d{1,20})\)$/i;

const NOUNS: Readonly<Record<string, FragmentNoun>> = {
  fragments: "Fragments",
  fragmentinfo: "FragmentInfo",
  rawfragments: "RawFragments",
  keyframes: "KeyFrames",
};

/**
 * Reads the part after `.ism/` as a fragment's address. Upper and lower case are equal,
 * as in IIS.
 * @returns undefined when it is no fragment's address
 */
export function fragmentAddress(rest: string): FragmentAddress | undefined {
  const match = FRAGMENT.exec(rest);
  if (match === null) return undefined;
  const [, bitrate, attributes = "", noun = "", stream = "", time = ""] = match;
  return {
    noun: NOUNS[noun.toLowerCase()] ?? "Fragments",
    bitrate: Number(bitrate),
    attributes: attributes === "" ? NONE : attributesOf(attributes),
    stream,
    time: BigInt.asIntN(64, BigInt(time)),
  };
}

/** A file of a quality that DASH and HLS ask for, beside its segments. */
export interface QualityAddress extends Pick<
  FragmentAddress,
  "bitrate" | "attributes" | "stream"
> {
  readonly noun: "Init" | "Playlist";
}

const QUALITY =
  /^QualityLevels\([^()]*\)\/(?:(Init)|Playlist)\(([^(),=]+)\)(\.mp4|\.m3u8)$/i;

/**
 * The address of an initialization segment or a media playlist: like those of fragments,
 * without a time.
 *
 * @returns undefined when it is neither
 */
export function qualityAddress(rest: string): QualityAddress | undefined {
  const match = QUALITY.exec(rest);
  if (match === null) return undefined;
  const [, init, name = "", end = ""] = match;
  const isInit = init !== undefined;
  if (isInit !== (end.toLowerCase() === ".mp4")) return undefined;
  const quality = rest.slice(0, rest.indexOf("/"));
  const address = fragmentAddress(`${quality}/Fragments(${name}=0)`);
  return address && { ...address, noun: isInit ? "Init" : "Playlist" };
}

/** Segments of DASH and HLS end like this: ffmpeg takes no other. Else their addresses are those of fragments. */
export const SEGMENT_END = ".m4s";

/** A segment's address as that of its fragment; undefined for other addresses. */
export function segmentAddress(rest: string): FragmentAddress | undefined {
  if (!rest.toLowerCase().endsWith(SEGMENT_END)) return undefined;
  const address = fragmentAddress(rest.slice(0, -SEGMENT_END.length));
  return address?.noun === "Fragments" ? address : undefined;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** `,name=value,name=value` */
function attributesOf(text: string): Map<string, string> {
  const pairs = text.slice(1).split(",");
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/**
 * Undoes percent-encoding, once.
 * @returns undefined for a path that no file of a package can have: wrongly
 * encoded, with a backslash, a control character or an encoded slash in it, or
 * with parts that are empty, `.` or `..`
 */
export function decodePath(path: string): string | undefined {
  if (PLAIN.test(path)) return path;
  const parts = path.split("/");
  for (let i = 1; i < parts.length; i++) {
    const part = decodePart(parts[i] ?? "");
    const isLast = i === parts.length - 1;
    if (part === undefined || UNFIT.test(part)) return undefined;
    if (part === "." || part === ".." || (part === "" && !isLast))
      return undefined;
    parts[i] = part;
  }
  return parts.join("/");
}

/** A path with nothing to decode and nothing to refuse: nearly all paths. */
const PLAIN = /^(?:\/[\w(),=-][\w(),=.-]*)+$/;

const UNFIT = /[\u0000-\u001f\u007f\\/]/;

function decodePart(part: string): string | undefined {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The path of a package in an address, each part percent-encoded. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
