import type { Codec, SampleFlags } from "../codecs/index.js";

/** The layout of a fragment's boxes. */
export interface BoxLayout {
  /** For people. */
  readonly label: string;
  /**
   * Of trun: version 1 has signed composition offsets; in version 0 they are formally
   * unsigned, but all readers of Smooth take them as signed.
   */
  readonly trunVersion: 0 | 1;
  /** A tfxd holds each fragment's time. Without it VLC begins every fragment at 0. */
  readonly tfxd: boolean;
  /** A sdtp holds the dependencies of each sample. */
  readonly sdtp: boolean;
  /** Of the file. ISO/IEC 14496-12 4.3 */
  readonly brands: FileBrands;
  /** A flag says that places count from the moof. */
  readonly isBaseMoof?: true;
  /** Captions count from the begin of the film (`stpp`), not of each fragment. */
  readonly isTextOfFilm?: true;
  flags(codec: Codec): SampleFlags;
}

interface FileBrands {
  readonly major: string;
  readonly minor: number;
  readonly compatible: readonly string[];
}

/** MS-SSTR 2.2.7.1 */
const PIFF: FileBrands = {
  ...{ major: "isml", minor: 1, compatible: ["piff", "iso2"] },
};

/** Add a row here for a new layout. docs/format.md describes both byte by byte. */
export const LAYOUTS = {
  /** Plays in every client that was tried. */
  standard: {
    label: "plays everywhere",
    trunVersion: 1,
    tfxd: true,
    sdtp: false,
    brands: PIFF,
    flags: (codec) => codec.sampleFlags,
  },
  /** The layout of genuine Microsoft assets, for set-top boxes and players of their time. */
  "expression-encoder": {
    label: "as Expression Encoder wrote it",
    trunVersion: 0,
    tfxd: false,
    sdtp: true,
    brands: PIFF,
    flags: (codec) => codec.microsoftFlags,
  },
} as const satisfies Record<string, BoxLayout>;

export type LayoutName = keyof typeof LAYOUTS;

/** Not for packages: no box of Smooth Streaming. ISO/IEC 23000-19 7.2, 7.3 */
export const CMAF: BoxLayout = {
  label: "for DASH and HLS",
  trunVersion: 1,
  tfxd: false,
  sdtp: false,
  brands: { major: "cmfc", minor: 0, compatible: ["cmfc", "cmf2", "iso6"] },
  isBaseMoof: true,
  isTextOfFilm: true,
  flags: (codec) => codec.sampleFlags,
};

/** Every layout that is written. */
export type WrittenLayout = LayoutName | "cmaf";

export function layoutNamed(name: WrittenLayout = "standard"): BoxLayout {
  return name === "cmaf" ? CMAF : LAYOUTS[name];
}
