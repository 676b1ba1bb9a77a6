import type { FragmentLayout } from "../isobmff/fragment-layout.js";
import {
  MEASURED,
  MUX,
  PLAYERS,
  OTHERS,
  REPAIR,
  type KnownFailure,
} from "./known-failure.js";
import type { PackageTraits, TrackTraits } from "./traits.js";

const someTrack =
  (is: (track: TrackTraits) => boolean) =>
  ({ tracks }: PackageTraits) =>
    tracks.some(is);

const someLayout = (is: (layout: FragmentLayout) => boolean) =>
  someTrack(
    ({ kind, layout }) => kind !== "text" && layout !== undefined && is(layout),
  );

const someText = (codes: readonly string[]) => (traits: PackageTraits) =>
  traits.streams.some(
    ({ kind, isEmbedded, isSparse, levels }) =>
      kind === "text" &&
      !isEmbedded &&
      !isSparse &&
      levels.some(({ fourCC }) => codes.includes(fourCC ?? "")),
  );

/** Failures for captions, fragments and protection. */
export const MEDIA_FAILURES: readonly KnownFailure[] = [
  {
    rule: "client-captions",
    what: "there are captions",
    fails: {
      shaka: "stops with error 2007 when they are switched on",
      vlc: "does not show them",
      gstreamer: "does not show them",
    },
    mend: `${OTHERS} Captions are WebVTT and stpp there.`,
    sources: [PLAYERS],
    isIn: someText(["TTML", "DFXP"]),
  },
  {
    rule: "client-dfxp",
    what: "captions have the FourCC DFXP",
    fails: {
      kodi: "older versions do not list them",
      "yt-dlp": "leaves them out",
      n_m3u8dl: "leaves them out",
    },
    mend: MUX,
    sources: [
      PLAYERS,
      "https://github.com/xbmc/inputstream.adaptive/issues/1503",
    ],
    isIn: someText(["DFXP"]),
  },
  {
    rule: "client-absolute-captions",
    what: "captions count from the begin of the film (stpp)",
    fails: {
      dashjs: "shows them at twice their time",
      rx: "shows them at twice their time",
      media3: "shows them at twice their time",
      kodi: "shows them at twice their time",
      n_m3u8dl: "writes them with twice their time",
    },
    mend: MUX,
    sources: [
      PLAYERS,
      "https://github.com/Dash-Industry-Forum/dash.js/pull/1878",
    ],
    isIn: someTrack(
      ({ kind, sampleEntry }) => kind === "text" && sampleEntry === "stpp",
    ),
  },
  {
    rule: "client-untold",
    what: "fragments have neither tfxd nor tfdt",
    fails: { vlc: "begins each fragment at 0" },
    mend: `${REPAIR} ${OTHERS}`,
    sources: [MEASURED],
    isIn: someLayout(({ hasTfxd, hasTfdt }) => !hasTfxd && !hasTfdt),
  },
  {
    rule: "client-late-picture",
    what: "the first picture of a fragment is shown later than the fragment begins",
    fails: {
      dashjs: "begins late, and drops two pictures at a change of rung",
      shaka: "begins late",
      rx: "warns of a gap",
      gstreamer: "shows the picture late",
      vlc: "shows the picture late",
    },
    mend: REPAIR,
    sources: [MEASURED, PLAYERS],
    isIn: someLayout(({ firstOffset }) => firstOffset > 0),
  },
  {
    rule: "client-base-offset",
    what: "fragments have a base-data-offset",
    fails: {
      rx: "stops with an error",
      gstreamer: "hangs",
      vlc: "hangs",
      "yt-dlp": "writes an unreadable file",
    },
    mend: `${MUX} ${OTHERS}`,
    sources: [MEASURED],
    isIn: someLayout(({ hasBaseOffset }) => hasBaseOffset),
  },
  {
    rule: "client-two-runs",
    what: "fragments have several traf or trun boxes",
    fails: {
      dashjs: "stops with an error of the decoder",
      shaka: "stops with an error of the decoder",
      rx: "loses half of the pictures",
      vlc: "plays broken pictures",
    },
    mend: MUX,
    sources: [MEASURED],
    isIn: someLayout(({ trafs, truns }) => trafs > 1 || truns > 1),
  },
];
