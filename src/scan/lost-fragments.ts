import type { ReadStream, ReadTrack } from "../media/presentation.js";
import { lastNotAfter } from "../smooth/read-streams.js";
import { Findings, type Finding } from "../verify/finding.js";

/**
 * Fragments that the client manifest announces and that a folder of fragments does not have. Of
 * files, the index tells it.
 */
export function lostFragments(streams: readonly ReadStream[]): Finding[] {
  const findings = new Findings();
  for (const stream of streams)
    for (const track of stream.tracks) {
      if (track.fragments.files === undefined) continue;
      const lost = stream.times.filter((time) => !has(track, time));
      const [first] = lost;
      if (first === undefined) continue;
      const what = `has no fragment at ${first}, and ${lost.length} of ${stream.times.length} announced ones are missing`;
      findings.in(track.file).fault("timeline", what);
    }
  return findings.list();
}

/** Of another timescale, times may differ by a tick. */
function has({ fragments }: ReadTrack, time: bigint): boolean {
  const near = fragments.time[lastNotAfter(fragments.time, time + 1n)];
  return near !== undefined && near >= time - 1n;
}
