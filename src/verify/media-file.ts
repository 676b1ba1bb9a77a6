import { basename } from "node:path";
import { openForReading } from "../isobmff/media-source.js";
import { parseMoov } from "../isobmff/movie.js";
import {
  boxAt,
  childBoxes,
  numberField,
  textField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { scanBoxes } from "../isobmff/scan.js";
import type { ServerTrack } from "../smooth/server-manifest.js";
import { PackError } from "../errors.js";
import type { CheckedManifest } from "./manifest-check.js";

/** Is it the name of a media file and not of a manifest? */
export function isMediaName(path: string): boolean {
  return /\.ism[avt]$/i.test(path);
}

const KINDS: Readonly<Record<string, string>> = {
  vide: "video",
  soun: "audio",
  text: "textstream",
  subt: "textstream",
  sbtl: "textstream",
};

/**
 * What a server manifest would say of a media file that is checked alone.
 *
 * @throws PackError `input` when it has no moov with tracks
 */
export async function manifestOfFile(path: string): Promise<CheckedManifest> {
  const file = basename(path);
  const handle = await openForReading(path);
  try {
    const { size } = await handle.stat();
    for await (const span of scanBoxes(handle, size)) {
      if (span.type !== "moov") continue;
      const moov = await parseMoov(handle, span, size, path);
      const tracks = childBoxes(moov, "trak").flatMap((trak) =>
        trackIn(trak, file),
      );
      return {
        file,
        clientManifest: undefined,
        tracks,
        sidecars: [],
        otherManifests: [],
      };
    }
  } finally {
    await handle.close();
  }
  throw new PackError("input", `${path}: no moov box found.`, {
    hint: "Give the .ism file of a package, or one of its media files.",
  });
}

function trackIn(trak: ParsedBox, src: string): ServerTrack[] {
  const tkhd = boxAt(trak, ["tkhd"]);
  const hdlr = boxAt(trak, ["mdia", "hdlr"]);
  const kind = KINDS[hdlr ? textField(hdlr, "handler") : ""];
  if (tkhd === undefined || kind === undefined) return [];
  const trackId = numberField(tkhd, "track_id");
  const name = `${kind}_${trackId}`;
  return [
    {
      ...{ kind, src, trackId, name, bitrate: NaN },
      ...{ language: undefined, params: new Map<string, string>() },
    },
  ];
}
