import { SMOOTH_TIMESCALE } from "../media/time.js";
import {
  CODE,
  MEASURED,
  MUX,
  PLAYERS,
  OTHERS,
  REPAIR,
  type KnownFailure,
} from "./known-failure.js";
import type { PackageTraits, StreamTraits } from "./traits.js";

const some =
  (is: (stream: StreamTraits) => boolean) =>
  ({ streams }: PackageTraits) =>
    streams.some(is);

function isOther(timescale: number | undefined): boolean {
  return timescale !== undefined && timescale !== SMOOTH_TIMESCALE;
}

/** Twice a frame of sound: tracks may end that far apart. */
const SLACK = 640_000n;

function beginsOf({ streams }: PackageTraits): bigint[] {
  return streams
    .filter(({ kind, times }) => kind !== "text" && times.count > 0)
    .map(({ times }) => times.begin);
}

/** Failures for the document, its streams and their times. */
export const MANIFEST_FAILURES: readonly KnownFailure[] = [
  {
    rule: "client-root-timescale",
    what: "the client manifest counts in another TimeScale than 10 MHz, and tells it in its root alone",
    fails: {
      rx: "does not play",
      vlc: "plays nothing",
      kodi: "takes the times as 10 MHz",
    },
    mend: REPAIR,
    sources: [MEASURED, CODE.kodi],
    isIn: ({ manifest, streams }) =>
      isOther(manifest?.timescale) &&
      streams.some(({ timescale }) => timescale === undefined),
  },
  {
    rule: "client-stream-timescale",
    what: "a StreamIndex counts in another TimeScale than 10 MHz",
    fails: {
      shaka: "ends at once, for it takes the times as 10 MHz",
      rx: "does not play",
      n_m3u8dl: "takes the times as 10 MHz",
    },
    mend: REPAIR,
    sources: [MEASURED, CODE.n_m3u8dl],
    isIn: some(({ timescale }) => isOther(timescale)),
  },
  {
    rule: "client-placeholder",
    what: "the Url of a stream has {start_time} or {Bitrate}",
    fails: {
      dashjs: "asks for addresses that do not exist",
      shaka: "asks for addresses that do not exist",
      rx: "asks for addresses that do not exist",
      kodi: "leaves the stream out",
    },
    mend: MUX,
    sources: [MEASURED, CODE.kodi],
    isIn: some(({ url }) => /\{start_time\}|\{Bitrate\}/.test(url)),
  },
  {
    rule: "client-custom-attributes",
    what: "the Url of a stream has {CustomAttributes}",
    fails: {
      media3: "asks for addresses that do not exist",
      kodi: "asks for addresses that do not exist",
      n_m3u8dl: "asks for addresses that do not exist",
    },
    mend: `${REPAIR} ${OTHERS}`,
    sources: [
      "https://github.com/google/ExoPlayer/issues/2478",
      CODE.kodi,
      CODE.n_m3u8dl,
    ],
    isIn: some(({ url }) => url.includes("{CustomAttributes}")),
  },
  {
    rule: "client-live",
    what: "the client manifest says IsLive",
    fails: {
      shaka: "refuses it: error 4047",
      "yt-dlp": "finds no format",
      n_m3u8dl: "waits for more",
      gstreamer: "waits for times of further fragments (tfrf)",
    },
    mend: `${REPAIR} ${OTHERS}`,
    sources: [
      "https://github.com/shaka-project/shaka-player/pull/5002",
      CODE.shaka,
      CODE.n_m3u8dl,
      "https://github.com/yt-dlp/yt-dlp/blob/81ecd58/yt_dlp/extractor/common.py",
      PLAYERS,
    ],
    isIn: ({ manifest }) => manifest?.isLive === true,
  },
  {
    rule: "client-version",
    what: "the client manifest is of another version than 2.0 to 2.2",
    fails: { rx: "refuses it" },
    mend: MUX,
    sources: [CODE.rx],
    isIn: ({ manifest }) => (manifest?.minorVersion ?? 0) > 2,
  },
  {
    rule: "client-duration",
    what: "its Duration ends before its last fragment",
    fails: { dashjs: "cuts the end off", shaka: "cuts the end off" },
    mend: REPAIR,
    sources: [MEASURED],
    isIn: ({ manifest, streams }) =>
      manifest !== undefined &&
      streams.some(
        ({ kind, times: { begin, end } }) =>
          kind !== "text" &&
          Number(end - begin - SLACK) > (manifest.duration || 0),
      ),
  },
  {
    rule: "client-t-only",
    what: "c elements have only t",
    fails: { shaka: "does not play" },
    mend: MUX,
    sources: [MEASURED],
    isIn: some(({ times }) => times.count > 2 && times.withoutDuration > 1),
  },
  {
    rule: "client-last-d",
    what: "the last c of a stream has no d",
    fails: {
      dashjs: "ends a fragment early",
      shaka: "ends a fragment early",
      rx: "ends a fragment early",
    },
    mend: MUX,
    sources: [MEASURED],
    isIn: some(({ times }) => !times.hasLastDuration),
  },
  {
    rule: "client-repeat",
    what: "c elements have r",
    fails: { shaka: "before 4.11.10, it asks for addresses that do not exist" },
    mend: MUX,
    sources: ["https://github.com/shaka-project/shaka-player/issues/7483"],
    isIn: some(({ times }) => times.hasRepeats),
  },
  {
    rule: "client-gap",
    what: "fragments are missing between others",
    fails: {
      dashjs: "ends too early, by the length of the gaps",
      "yt-dlp": "writes what follows without the gap, too early",
    },
    mend: "mss-pack repair PACKAGE.ism -o OUT fills gaps with silence, and holds the picture.",
    sources: [PLAYERS],
    isIn: some(({ kind, times }) => kind !== "text" && times.gaps > 0),
  },
  {
    rule: "client-offset",
    what: "no stream begins at 0",
    fails: { "yt-dlp": "loses the offset", vlc: "loses the offset" },
    mend: REPAIR,
    sources: [PLAYERS],
    isIn: (traits) => {
      const begins = beginsOf(traits);
      return begins.length > 0 && begins.every((begin) => begin !== 0n);
    },
  },
  {
    rule: "client-uneven-begin",
    what: "picture and sound begin at different times",
    fails: {
      dashjs: "has a gap at the begin, and ends too early by as much",
      shaka: "has a gap at the begin",
      rx: "has a gap at the begin",
      "yt-dlp": "loses the sync of picture and sound",
      vlc: "loses the sync of picture and sound",
    },
    mend: `mss-pack repair PACKAGE.ism -o OUT holds the first picture, or begins with silence. ${OTHERS}`,
    sources: [
      PLAYERS,
      "https://github.com/Dash-Industry-Forum/dash.js/issues/2332",
    ],
    isIn: (traits) => {
      const begins = beginsOf(traits);
      const [first = 0n] = begins;
      return begins.some(
        (begin) => begin - first > SLACK || first - begin > SLACK,
      );
    },
  },
  {
    rule: "client-sparse",
    what: "a stream belongs to another one (ParentStreamIndex)",
    fails: { kodi: "leaves the stream out" },
    mend: "Nothing else is lost: such streams hold marks, not pictures or sound.",
    sources: [PLAYERS],
    isIn: some(({ isSparse }) => isSparse),
  },
  {
    rule: "client-markers",
    what: "markers stand in the client manifest itself",
    fails: {
      gstreamer: "crashes",
      "yt-dlp": "stops with KeyError",
      media3: "refuses the manifest",
    },
    mend: MUX,
    sources: [PLAYERS],
    isIn: some(({ isEmbedded }) => isEmbedded),
  },
  {
    rule: "client-nameless",
    what: "several streams of sound have no Name",
    fails: { dashjs: "does not change from one to the other" },
    mend: MUX,
    sources: ["https://github.com/Dash-Industry-Forum/dash.js/issues/3187"],
    isIn: ({ streams }) =>
      streams.filter(({ kind, name }) => kind === "audio" && name === undefined)
        .length > 1,
  },
  {
    rule: "client-language",
    what: "a Language has not three letters",
    fails: { n_m3u8dl: "does not tell the language" },
    mend: MUX,
    sources: [PLAYERS],
    isIn: some(
      ({ language }) => language !== undefined && !/^[a-z]{3}$/i.test(language),
    ),
  },
  {
    rule: "client-headers",
    what: "the Protection has several headers",
    fails: { media3: "reads only the last one" },
    mend: `Leave the PlayReady header alone in the manifest. ${OTHERS}`,
    sources: [CODE.media3],
    isIn: ({ manifest }) => (manifest?.protectionHeaders ?? 0) > 1,
  },
];
