import type { Client } from "./clients.js";
import type { PackageTraits } from "./traits.js";

/** What clients are known to fail on. */
export interface KnownFailure {
  /** A short stable word that begins with `client-`. */
  readonly rule: string;
  /** Half a sentence about the package. */
  readonly what: string;
  /** What happens in each client; half a sentence. */
  readonly fails: Readonly<Partial<Record<Client, string>>>;
  /** A sentence. */
  readonly mend: string;
  /** Pages where it was measured, read or told. */
  readonly sources: readonly [string, ...string[]];
  readonly isIn: (traits: PackageTraits) => boolean;
}

/** Our page of measurements. */
export const MEASURED = "docs/format.md#what-breaks-whom";

/** Our page of what stands in the code of clients. */
export const PLAYERS = "docs/players.md#measured";

/** Where each client reads manifests. */
export const CODE = {
  dashjs:
    "https://github.com/Dash-Industry-Forum/dash.js/blob/v5.2.1/src/mss/parser/MssParser.js",
  shaka:
    "https://github.com/shaka-project/shaka-player/blob/v4.16.0/lib/mss/mss_parser.js",
  rx: "https://github.com/canalplus/rx-player/blob/v4.5.0/src/parsers/manifest/smooth/create_parser.ts",
  media3:
    "https://github.com/androidx/media/blob/2bc2078/libraries/exoplayer_smoothstreaming/src/main/java/androidx/media3/exoplayer/smoothstreaming/manifest/SsManifestParser.java",
  kodi: "https://github.com/xbmc/inputstream.adaptive/blob/6800302/src/parser/SmoothTree.cpp",
  n_m3u8dl:
    "https://github.com/nilaoda/N_m3u8DL-RE/blob/df70f0b/src/N_m3u8DL-RE.Parser/Extractor/MSSExtractor.cs",
  "yt-dlp":
    "https://github.com/yt-dlp/yt-dlp/blob/81ecd58/yt_dlp/downloader/ism.py",
} as const;

/** `repair` mends what it finds, and keeps all else as it was. */
export const REPAIR =
  "mss-pack repair PACKAGE.ism -o OUT mends it, without encoding.";

/** A copy of ours is right: `mux` writes manifests and fragments anew, and copies each sample. */
export const MUX =
  "mss-pack mux PACKAGE.ism -o OUT writes it anew, without encoding.";

/** DASH and HLS are other manifests of the same fragments: from an origin, or as files. */
export const OTHERS =
  "DASH and HLS of the same fragments have it right: mss-pack serve, or mss-pack convert PACKAGE.ism -o OUT --to cmaf.";
