import type { SourceInfo } from "../probe/source-info.js";

/** How a recording begins and ends: what is usual for them, and no damage. */
export function edgeNotes({
  video,
  clock,
  claimedSeconds,
  durationSeconds,
  endsInPacket = false,
}: SourceInfo): string[] {
  const undecoded = video?.undecodedSeconds ?? 0;
  return [
    ...(undecoded > 0
      ? [
          `begins between two key frames: the first ${undecoded.toFixed(2)} s, which cannot be decoded, are left out`,
        ]
      : []),
    ...(endsInPacket && clock === undefined
      ? ["ends in the middle of a packet: packaged as far as it goes"]
      : []),
    ...(claimedSeconds === undefined
      ? []
      : [
          `its header claims ${claimedSeconds.toFixed(1)} s, its frames fill ${durationSeconds.toFixed(1)} s: they are believed`,
        ]),
  ];
}
