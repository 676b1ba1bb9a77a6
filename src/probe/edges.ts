import { audioLabel, type LostTime, type SourceInfo } from "./source-info.js";

/** A recording may lack this much, or one group of pictures, at its start, its end, or a joint. */
const EDGE_SECONDS = 2;

/** Times of frames differ a little from those of packets. */
const NEAR_SECONDS = 0.1;

/**
 * Removes the lost times that are no damage: recordings begin between two key frames,
 * end in the middle of one, and are joined like that. This holds only where packets
 * were looked at: a list of all frames, as in an MP4, promises each frame.
 */
export function withoutEdges(
  lost: readonly LostTime[],
  source: SourceInfo,
): { lost: LostTime[]; notes: string[] } {
  const notes: string[] = [];
  const left = lost.filter((span) => {
    const edge = edgeOf(span, source);
    if (edge === undefined) return true;
    if (edge !== "") notes.push(edge);
    return false;
  });
  return { lost: left, notes };
}

/**
 * A sentence on the edge that a time lies on; empty where the plan reports it already,
 * undefined where there is no edge.
 */
function edgeOf(
  { stream, index, fromSeconds, toSeconds }: LostTime,
  source: SourceInfo,
): string | undefined {
  const { clock, isMeasured = false, promisedSeconds } = source;
  const own = source.streams.find(
    (each) =>
      each.kind === stream && (index === undefined || each.index === index),
  );
  if (!isMeasured || own === undefined) return undefined;
  const longest =
    own.kind === "video"
      ? Math.max(EDGE_SECONDS, own.gopSeconds ?? 0)
      : EDGE_SECONDS;
  const begin = own.startSeconds;
  const end = begin + own.durationSeconds;
  const what = own.kind === "audio" ? audioLabel(source, own) : "picture";
  const length = `${(toSeconds - fromSeconds).toFixed(2)} s`;
  if (toSeconds <= begin + NEAR_SECONDS) return "";
  const reach = longest + NEAR_SECONDS;
  const joint = clock?.jumps.find(
    ({ atSeconds }) =>
      fromSeconds >= atSeconds - reach && toSeconds <= atSeconds + reach,
  );
  if (joint !== undefined)
    return `${length} of the ${what} at the joint at ${joint.atSeconds.toFixed(2)} s do not decode`;
  if (toSeconds <= begin + reach)
    return `the first ${length} of the ${what} do not decode`;
  const isEnd = promisedSeconds === undefined && fromSeconds >= end - reach;
  return isEnd ? `the last ${length} of the ${what} do not decode` : undefined;
}
