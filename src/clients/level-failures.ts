import {
  CODE,
  MEASURED,
  MUX,
  PLAYERS,
  OTHERS,
  REPAIR,
  type KnownFailure,
} from "./known-failure.js";
import type { LevelTraits, PackageTraits, StreamTraits } from "./traits.js";

const some =
  (is: (level: LevelTraits, stream: StreamTraits) => boolean) =>
  ({ streams }: PackageTraits) =>
    streams.some((stream) => stream.levels.some((level) => is(level, stream)));

const isOf = (...codes: readonly string[]) =>
  some(({ fourCC }) => codes.includes(fourCC ?? ""));

const H264 = new Set(["H264", "AVC1", "X264", "DAVC"]);

/** NAL units of a CodecPrivateData by their type, behind start codes of four bytes. ISO/IEC 14496-10 7.3.1 */
function nalUnits(hex: string): number[] {
  return hex
    .toLowerCase()
    .split("00000001")
    .slice(1)
    .map((unit) => Number.parseInt(unit.slice(0, 2), 16) & 0x1f);
}

const PPS = 8;

/** By kind of stream, what Media3 reads without a default. */
const REQUIRED = {
  video: ["FourCC", "Bitrate", "MaxWidth", "MaxHeight"],
  audio: ["FourCC", "Bitrate", "Channels", "SamplingRate"],
  text: ["FourCC", "Bitrate"],
} as const;

/** Failures for codecs and what describes them. */
export const LEVEL_FAILURES: readonly KnownFailure[] = [
  {
    rule: "client-no-codec-data",
    what: "sound has no CodecPrivateData",
    fails: {
      dashjs: "refuses the whole manifest",
      rx: "plays no sound",
      vlc: "plays broken sound",
    },
    mend: MUX,
    sources: [MEASURED],
    isIn: some(
      ({ codecData }, { kind }) => kind === "audio" && codecData === undefined,
    ),
  },
  {
    rule: "client-no-fourcc",
    what: "sound has an empty FourCC",
    fails: {
      rx: "plays no sound",
      gstreamer: "plays no sound",
      vlc: "plays no sound",
    },
    mend: REPAIR,
    sources: [
      MEASURED,
      "https://github.com/Dash-Industry-Forum/dash.js/issues/828",
    ],
    isIn: some(({ fourCC }, { kind }) => kind === "audio" && fourCC === ""),
  },
  {
    rule: "client-aach",
    what: "sound has the FourCC AACH",
    fails: {
      shaka: "stops with error 3014",
      rx: "plays no sound",
      gstreamer: "does not play",
      "yt-dlp": "refuses the sound",
    },
    mend: REPAIR,
    sources: [MEASURED],
    isIn: isOf("AACH"),
  },
  {
    rule: "client-dolby",
    what: "sound is E-AC-3 or AC-3",
    fails: {
      dashjs: "leaves the sound out",
      shaka: "leaves the sound out",
      rx: "leaves the sound out",
      gstreamer: "leaves the sound out",
    },
    mend: "A stream of AAC that stands first plays in all of them.",
    sources: [PLAYERS, CODE.rx],
    isIn: isOf("EC-3", "AC-3"),
  },
  {
    rule: "client-hevc",
    what: "the picture is HEVC",
    fails: {
      dashjs: "does not play",
      shaka: "does not play",
      rx: "does not play",
      media3: "does not play",
      gstreamer: "does not play",
      "yt-dlp": "does not play",
    },
    mend: `Encode it as H.264. ${OTHERS}`,
    sources: [PLAYERS, CODE.rx, CODE["yt-dlp"]],
    isIn: isOf("HVC1", "HEV1", "HEVC"),
  },
  {
    rule: "client-windows-media",
    what: "the picture is VC-1, or the sound is WMA",
    fails: {
      dashjs: "does not play",
      rx: "does not play",
      "yt-dlp": "does not play",
    },
    mend: "Encode it as H.264 and AAC: mss-pack PACKAGE.ism -o OUT.",
    sources: [PLAYERS, CODE.rx, CODE["yt-dlp"]],
    isIn: isOf("WVC1", "WMAP", "WMA2", "WMAPRO"),
  },
  {
    rule: "client-pps",
    what: "a CodecPrivateData has more than one PPS",
    fails: { "yt-dlp": "stops with ValueError" },
    mend: `Write the .ismc with the first PPS alone, where pictures use no other. ${OTHERS}`,
    sources: [MEASURED, CODE["yt-dlp"]],
    isIn: some(
      ({ fourCC, codecData }) =>
        H264.has(fourCC ?? "") &&
        nalUnits(codecData ?? "").filter((type) => type === PPS).length > 1,
    ),
  },
  {
    rule: "client-start-codes",
    what: "a CodecPrivateData has start codes of three bytes",
    fails: {
      dashjs: "shows no picture",
      shaka: "stops with an error",
      rx: "does not play",
      gstreamer: "does not play",
      "yt-dlp": "stops with ValueError",
    },
    mend: MUX,
    sources: [MEASURED],
    isIn: some(
      ({ fourCC, codecData }) =>
        H264.has(fourCC ?? "") && /^000001/.test(codecData ?? ""),
    ),
  },
  {
    rule: "client-long-codec-data",
    what: "a CodecPrivateData has more than 1024 bytes",
    fails: { kodi: "does not play" },
    mend: MUX,
    sources: [PLAYERS],
    isIn: some(({ codecData }) => (codecData?.length ?? 0) > 2048),
  },
  {
    rule: "client-nal-length",
    what: "a NALUnitLengthField is not 4",
    fails: { media3: "reads pictures wrongly" },
    mend: MUX,
    sources: [PLAYERS],
    isIn: some(({ nalLengthSize }) => nalLengthSize !== 4),
  },
  {
    rule: "client-large-bitrate",
    what: "a Bitrate is 2^31 or more",
    fails: { media3: "refuses the manifest", n_m3u8dl: "refuses the manifest" },
    mend: MUX,
    sources: [CODE.media3, CODE.n_m3u8dl],
    isIn: some(({ bitrate }) => bitrate >= 2 ** 31),
  },
  {
    rule: "client-close-bitrates",
    what: "rungs of a stream differ by less than 1 kbit/s",
    fails: { "yt-dlp": "gives them one name, and shows one of them" },
    mend: MUX,
    sources: [PLAYERS],
    isIn: ({ streams }) =>
      streams.some(({ levels }) => {
        const names = levels.map(({ bitrate }) => Math.trunc(bitrate / 1000));
        return new Set(names).size < names.length;
      }),
  },
  {
    rule: "client-missing-attribute",
    what: "a stream or a level lacks an attribute that MS-SSTR requires",
    fails: { media3: "refuses the manifest (MissingFieldException)" },
    mend: MUX,
    sources: [CODE.media3],
    isIn: some(({ attributes }, { kind, url, subtype }) => {
      const isText = kind === "text";
      const lacks = REQUIRED[kind].some((name) => !attributes.includes(name));
      return lacks || url === "" || (isText && subtype === undefined);
    }),
  },
];
