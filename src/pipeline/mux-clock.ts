import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { alignTracks, type CommonClock } from "../tracks/align-tracks.js";
import type { MuxInput, SourceTrack } from "../tracks/read-track.js";
import { doubledNotes } from "./lost-levels.js";
import { readInputs, type Allowances } from "./mux-inputs.js";

/** Tracks with notes on what became of others, or of a part of them. */
interface NotedTracks {
  readonly tracks: readonly SourceTrack[];
  readonly notes: readonly string[];
}

/**
 * The tracks of the inputs on one clock, each sound once; with `salvage`, as far as all of them are whole, and without
 * the rungs that the film can do without.
 *
 * @throws PackError as readInputs, salvage and alignTracks do
 */
export async function clockOf(
  inputs: readonly MuxInput[],
  options: Allowances & { readonly signal?: AbortSignal | undefined },
): Promise<CommonClock> {
  const lost: string[] = [];
  const onLost = options.salvage
    ? (note: string) => lost.push(note)
    : undefined;
  const allowed = { ...options, ...(onLost && { onLost }) };
  const read = await readInputs(inputs, options.signal, allowed);
  const notes = [...lost, ...read.flatMap(doubledNotes)];
  const once = await soundsOnce(read);
  const whole = options.salvage ? await salvaged(once) : once;
  const clock = alignTracks(whole.tracks);
  return { ...clock, notes: [...notes, ...whole.notes, ...clock.notes] };
}

/** Most films have one sound: the code that compares sounds is loaded for others only. */
async function soundsOnce(
  tracks: readonly SourceTrack[],
): Promise<NotedTracks> {
  const sounds = tracks.filter(({ kind }) => kind === "audio");
  if (sounds.length < 2) return { tracks, notes: [] };
  const { withoutEqualSounds } = await import("../tracks/equal-sounds.js");
  return withoutEqualSounds(tracks);
}

async function salvaged({ tracks, notes }: NotedTracks): Promise<NotedTracks> {
  const { salvage } = await import("../tracks/salvage.js");
  const { withoutBrokenRungs } = await import("../tracks/whole-rungs.js");
  const begun = salvage(tracks);
  const whole = withoutBrokenRungs(begun.tracks);
  const all = [...notes, ...begun.notes, ...whole.notes];
  return { tracks: whole.tracks, notes: all };
}

/** The time of the inputs that is 0 in the package. */
export function inputZeroOf({ zero, tracks: [first] }: CommonClock): Ticks {
  return zero + (first?.originSeconds ?? 0) * SMOOTH_TIMESCALE;
}
