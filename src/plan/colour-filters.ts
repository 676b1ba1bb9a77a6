import type { SourceVideo } from "../probe/source-info.js";

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** The picture's properties that later filters need. */
export type FrameShape = Pick<
  SourceVideo,
  | "width"
  | "height"
  | "sampleAspectRatio"
  | "colorMatrix"
  | "fullRange"
  | "pixelFormat"
>;

/** Filters that bring a picture within reach of plain scaling, and the resulting picture. */
export interface ColourWork {
  readonly filters: readonly string[];
  readonly frame: FrameShape;
  /** For the plan, in words. */
  readonly note?: string;
}

/**
 * The filters for colours that BT.709 in 8 bits without transparency cannot hold.
 * The door for another kind of source: a row in {@link WORKS}.
 *
 * @param largest size of the highest rung
 */
export function colourFilters(
  source: SourceVideo,
  largest: FrameSize,
): ColourWork {
  const work = WORKS.find(({ applies }) => applies(source));
  return work?.make(source, largest) ?? { filters: [], frame: source };
}

/** Transfer functions of high dynamic range. ISO/IEC 23091-2: PQ and HLG */
export function isHdr({
  colorTransfer,
}: Pick<SourceVideo, "colorTransfer">): boolean {
  return ["smpte2084", "arib-std-b67"].includes(colorTransfer);
}

/** Filters that only some ffmpegs have, for {@link isHdr} pictures. */
export const TONE_MAPPERS = ["zscale", "tonemap"] as const;

const WORKS: readonly {
  readonly applies: (source: SourceVideo) => boolean;
  readonly make: (source: SourceVideo, largest: FrameSize) => ColourWork;
}[] = [
  { applies: isHdr, make: toneMapped },
  { applies: isWide, make: narrowed },
  { applies: hasAlpha, make: overBlack },
];

/** Light is mapped in linear RGB. This is slow, so the picture is scaled to the largest rung first. */
function toneMapped(source: SourceVideo, largest: FrameSize): ColourWork {
  const { width, height } = largest;
  const matrix = source.colorMatrix === "bt2020c" ? "2020_cl" : "2020_ncl";
  const range = source.fullRange ? "full" : "limited";
  return {
    filters: [
      `zscale=w=${width}:h=${height}:f=bicubic:tin=${source.colorTransfer}:pin=2020:min=${matrix}:rin=${range}:t=linear:npl=100`,
      "format=gbrpf32le",
      "zscale=p=709",
      // hable keeps detail in the lights; desat would grey out bright colours
      "tonemap=tonemap=hable:desat=0",
      "zscale=t=709:m=709:r=limited",
      "format=yuv420p",
    ],
    frame: plain(largest),
    note: `HDR picture (${source.colorTransfer}) tone-mapped to BT.709`,
  };
}

/** BT.2020 of standard range: the same light in other primaries. */
function isWide({ colorPrimaries, colorMatrix }: SourceVideo): boolean {
  return colorPrimaries === "bt2020" || colorMatrix.startsWith("bt2020");
}

function narrowed(source: SourceVideo): ColourWork {
  const range = source.fullRange ? "pc" : "tv";
  return {
    filters: [
      `colorspace=all=bt709:iall=bt2020:irange=${range}:range=tv:format=yuv420p`,
    ],
    frame: { ...plain(source), sampleAspectRatio: source.sampleAspectRatio },
    note: "wide colours (BT.2020) brought to BT.709",
  };
}

function hasAlpha({ pixelFormat }: SourceVideo): boolean {
  return /^(?:yuva|gbrap|rgba|bgra|argb|abgr|ya\d|pal8|ayuv|vuya)/.test(
    pixelFormat,
  );
}

/** Black shows through, as on an empty screen. */
function overBlack(source: SourceVideo): ColourWork {
  const range = source.fullRange ? "pc" : "tv";
  return {
    filters: [
      `scale=in_color_matrix=${matrixOf(source)}:in_range=${range}`,
      "format=gbrap",
      "premultiply=inplace=1",
    ],
    frame: {
      ...source,
      colorMatrix: "bt709",
      fullRange: true,
      pixelFormat: "gbrap",
    },
    note: "what is transparent in the picture is shown black",
  };
}

function plain({ width, height }: FrameSize): FrameShape {
  return {
    width,
    height,
    sampleAspectRatio: { num: 1, den: 1 },
    colorMatrix: "bt709",
    fullRange: false,
    pixelFormat: "yuv420p",
  };
}

/** The matrix of a picture in the words of ffmpeg's scale filter. */
export function matrixOf(frame: FrameShape): string {
  return SCALE_MATRIX[frame.colorMatrix || assumedMatrix(frame)] ?? "bt709";
}

/** Files without a matrix follow the custom of their size: BT.601 for SD, BT.709 for HD. */
function assumedMatrix({ width, height }: FrameSize): string {
  return Math.min(width, height) >= 720 ? "bt709" : "smpte170m";
}

/** ffprobe's names of YCbCr matrices as ffmpeg's scale filter spells them. */
const SCALE_MATRIX: Readonly<Record<string, string>> = {
  bt709: "bt709",
  smpte170m: "smpte170m",
  bt470bg: "bt601", // the ffmpeg of 2018 has no name of its own for it; the matrix is the same
  fcc: "fcc",
  smpte240m: "smpte240m",
  bt2020nc: "bt2020",
  bt2020c: "bt2020",
};
