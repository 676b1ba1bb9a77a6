import { join } from "node:path";
import type {
  PackagedTrack,
  Protected,
  Stream,
} from "../media/presentation.js";
import { isNear } from "../media/declared-bitrate.js";
import { distinctBitrates } from "../media/level-bitrates.js";
import type { StreamKind, TextSubtype } from "../media/track.js";
import { writing } from "../output/errors.js";
import { stampText, type Stamp } from "../output/stamp.js";
import type { SeenPackage } from "../repair/seen.js";
import { streamOf } from "../repair/timeline.js";
import { makeClientManifest } from "../smooth/make-manifest.js";
import { readPackage } from "../smooth/read-package.js";
import { ism } from "../smooth/write-manifests.js";
import { writeNew } from "../util/files.js";
import type { MendedTrack } from "./mend-media.js";

/** A package whose media are mended, and which gets its manifests. */
export interface MendedPackage {
  readonly name: string;
  readonly stamp: Stamp | undefined;
  readonly seen: SeenPackage;
  readonly tracks: readonly MendedTrack[];
  readonly sidecars: readonly string[];
  /** The headers of licence systems. */
  readonly protections: readonly Protected[];
}

/**
 * Writes both manifests of mended media: names, languages and bitrates are those of the old ones, everything else comes
 * from the new files.
 */
export async function writeMendedManifests(
  mended: MendedPackage,
  folder: string,
): Promise<void> {
  const { name, stamp, sidecars, protections } = mended;
  const path = join(folder, `${name}.ism`);
  const streams = streamsOf(mended);
  await put(path, ism({ name, streams, sidecars }, stamp && stampText(stamp)));
  const read = await readPackage(path);
  const told = read.streams.map((stream) => ({
    ...stream,
    subtype: subtypeOf(mended, stream.name),
  }));
  const client = makeClientManifest({ ...read, streams: told }, protections);
  await put(join(folder, `${name}.ismc`), client);
}

function put(path: string, content: Uint8Array): Promise<void> {
  return writing(path, () => writeNew(path, content));
}

const KINDS: Readonly<Record<string, StreamKind>> = {
  video: "video",
  audio: "audio",
  textstream: "text",
};

function streamsOf({ tracks }: MendedPackage): Stream<PackagedTrack>[] {
  const names = [...new Set(tracks.map(({ track }) => track.stream))];
  const rank = ({ kind }: Stream<PackagedTrack>) => ORDER.indexOf(kind);
  return names
    .map((name) => {
      const own = tracks.filter(({ track }) => track.stream === name);
      const [first] = own;
      const kind = KINDS[first?.track.own.track.kind ?? ""] ?? "text";
      const language = first?.track.language ?? "und";
      return {
        kind,
        name,
        language,
        tracks: distinctBitrates(own.map(levelOf)),
      };
    })
    .sort((a, b) => rank(a) - rank(b));
}

const ORDER: readonly StreamKind[] = ["video", "audio", "text"];

/** Nominal bitrates stay where players can choose by them. */
function levelOf({ track, measured }: MendedTrack): PackagedTrack {
  const { own, file } = track;
  const told = own.track.bitrate;
  const isTold = own.track.kind === "textstream" || isNear(told, measured);
  return {
    ...{ file, trackId: own.track.trackId },
    bitrate: isTold && told > 0 ? told : bitrateOf(own, measured),
    ...{ codec: undefined, config: undefined, format: undefined },
  };
}

function bitrateOf(
  { track: { kind } }: MendedTrack["track"]["own"],
  { average, declared }: MendedTrack["measured"],
): number {
  return kind === "video" ? declared : average;
}

function subtypeOf(
  { seen, tracks }: MendedPackage,
  name: string,
): TextSubtype | undefined {
  const found = tracks.find(({ track }) => track.stream === name)?.track.own;
  const stream = found && streamOf(seen, found);
  const subtype = stream?.element.attributes.get("Subtype")?.toUpperCase();
  return subtype === "CAPT" || subtype === "DESC" ? "CAPT" : undefined;
}
