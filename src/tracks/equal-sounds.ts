import { createHash } from "node:crypto";
import { openForReading } from "../isobmff/media-source.js";
import { readAt } from "../isobmff/scan.js";
import { at, type SampleTable } from "../media/track.js";
import type { SourceTrack } from "./read-track.js";

/**
 * Encoders put the same sound into the file of each rung. A sound of the same language, times and bytes
 * is taken once.
 */
export async function withoutEqualSounds(
  tracks: readonly SourceTrack[],
): Promise<{ tracks: readonly SourceTrack[]; notes: readonly string[] }> {
  const kept: SourceTrack[] = [];
  const dropped: string[] = [];
  for (const source of tracks) {
    if (await isAmong(kept, source)) dropped.push(source.label);
    else kept.push(source);
  }
  if (dropped.length === 0) return { tracks, notes: [] };
  const names = dropped.join(", ");
  return {
    tracks: kept,
    notes: [`${names}: left out, the same sound is in another file`],
  };
}

async function isAmong(
  kept: readonly SourceTrack[],
  source: SourceTrack,
): Promise<boolean> {
  if (source.kind !== "audio") return false;
  for (const other of kept)
    if (mayBeEqual(other, source) && (await haveEqualBytes(other, source)))
      return true;
  return false;
}

/** Named apart in one package, or two of one file, they are meant to be two. */
function mayBeEqual(a: SourceTrack, b: SourceTrack): boolean {
  return (
    a.kind === "audio" &&
    a.path !== b.path &&
    a.packaged?.stream === b.packaged?.stream &&
    a.track.codec === b.track.codec &&
    a.track.language === b.track.language &&
    areEqual(a.track.samples, b.track.samples)
  );
}

function areEqual(a: SampleTable, b: SampleTable): boolean {
  if (a.count !== b.count) return false;
  for (let i = 0; i < a.count; i++)
    if (a.size[i] !== b.size[i] || a.decodeTime[i] !== b.decodeTime[i])
      return false;
  return true;
}

async function haveEqualBytes(a: SourceTrack, b: SourceTrack) {
  const [one, other] = [await hashOf(a), await hashOf(b)];
  return one === other;
}

/** Samples that lie one behind another are read together, up to this many bytes. */
const MOST_AT_ONCE = 1 << 20;

async function hashOf({ path, track }: SourceTrack): Promise<string> {
  const { samples } = track;
  const hash = createHash("sha256");
  const file = await openForReading(path);
  try {
    for (let i = 0; i < samples.count;) {
      const begin = at(samples.offset, i);
      let end = begin;
      while (i < samples.count && at(samples.offset, i) === end) {
        const next = end + at(samples.size, i);
        if (next - begin > MOST_AT_ONCE && end > begin) break;
        end = next;
        i++;
      }
      hash.update(await readAt(file, begin, end - begin));
    }
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}
