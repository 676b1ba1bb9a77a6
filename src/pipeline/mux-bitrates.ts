import { PackError } from "../errors.js";
import {
  declaredBitrate,
  declaredBitrates,
  isNear,
  type Measured,
} from "../media/declared-bitrate.js";
import type { Fragments } from "../media/fragments.js";
import { averageBitrate } from "../media/track.js";
import type { SourceTrack } from "../tracks/read-track.js";
import { kilobits } from "../util/format.js";

/** A track with its fragments. */
export interface CutTrack {
  readonly source: SourceTrack;
  readonly fragments: Fragments;
}

/**
 * For the manifests, in bits per second: the given ones, those of a package, and of others what is measured.
 *
 * @throws PackError `usage` when a given bitrate is far from the measured one
 */
export function bitratesOf(tracks: readonly CutTrack[]): number[] {
  const known = tracks.map(knownBitrate);
  const measured = tracks
    .filter((_, i) => known[i] === undefined)
    .map(({ source, fragments }) => ({ track: source.track, fragments }));
  const videos = measured.filter(({ track }) => track.format.kind === "video");
  const declared = declaredBitrates(videos);
  return tracks.map(({ source: { track } }, i) => {
    const rung = videos.findIndex((video) => video.track === track);
    return known[i] ?? declared[rung] ?? averageBitrate(track);
  });
}

function knownBitrate(cut: CutTrack): number | undefined {
  const { label, bitrate, packaged } = cut.source;
  if (bitrate === undefined)
    return packaged && isNear(packaged.bitrate, measuredOf(cut))
      ? packaged.bitrate
      : undefined;
  const measured = measuredOf(cut);
  if (isNear(bitrate, measured)) return bitrate;
  throw new PackError(
    "usage",
    `${label}: a bitrate of ${bitrate} is given, its samples have ${measured.average} on average. Expected at most twice or half of that.`,
    { hint: "Players choose by it. Leave it out to have it measured." },
  );
}

function measuredOf({ source: { track }, fragments }: CutTrack): Measured {
  const declared = declaredBitrate({ track, fragments });
  return { average: averageBitrate(track), declared };
}

/** Where the manifests of a package name bitrates that its samples do not have. */
export function otherBitrateNotes(tracks: readonly CutTrack[]): string[] {
  const wrong = tracks.flatMap((cut) => {
    const { bitrate, packaged } = cut.source;
    const measured = measuredOf(cut);
    const isTold = bitrate === undefined && packaged !== undefined;
    return isTold && packaged.bitrate > 0 && !isNear(packaged.bitrate, measured)
      ? [[kilobits(packaged.bitrate), kilobits(measured.average)]]
      : [];
  });
  if (wrong.length === 0) return [];
  const [told, real] = [0, 1].map((i) => wrong.map((one) => one[i]).join(", "));
  return [
    `the old manifests say ${told} kbit/s where samples have ${real} on average: the new ones say what was measured`,
  ];
}
