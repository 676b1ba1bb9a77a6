import type { AudioPlan, AudioRung, EncodePlan } from "./encode-plan.js";
import { targetOf, wrongLoudness, type Loudness } from "./loudness.js";

/**
 * The sounds with what is wanted of their loudness. Copied sound stays as it is; it can only be measured.
 *
 * @param loudness undefined: nothing
 */
export function withLoudness(
  streams: readonly AudioPlan[],
  loudness: Loudness | undefined,
): { streams: AudioPlan[]; notes: string[] } {
  if (loudness === undefined) return { streams: [...streams], notes: [] };
  const target = targetOf(loudness);
  const ask = (rung: AudioRung): AudioRung =>
    target !== undefined && rung.copied !== undefined
      ? rung
      : { ...rung, loudness: { ...(target && { target }), filters: [] } };
  const kept = streams
    .flatMap(({ rungs }) => rungs)
    .filter(({ copied }) => target !== undefined && copied !== undefined);
  return {
    streams: streams.map((stream) => ({
      ...stream,
      rungs: stream.rungs.map(ask),
    })),
    notes: kept.map(
      ({ name }) => `${name}: it is copied, so it stays as loud as it is`,
    ),
  };
}

/**
 * A loudness is for sound that is encoded. Beside copied Dolby sound there is some.
 *
 * @throws PackError `usage` when all sound is copied
 */
export function requireLoudnessUsed(
  loudness: number | string | undefined,
  rungs: readonly AudioRung[],
): void {
  if (loudness === undefined || loudness === "off" || loudness === "measure")
    return;
  const isUsed = rungs.some(({ copied }) => copied === undefined);
  if (isUsed || rungs.length === 0) return;
  throw wrongLoudness(
    loudness,
    "measure or none, for --copy audio takes all sound as it is",
  );
}

/** The sounds of a plan, changed one by one. */
export function mapSounds(
  plan: EncodePlan,
  change: (rung: AudioRung) => AudioRung,
): EncodePlan {
  const streams = plan.streams.map((stream) =>
    stream.kind === "audio"
      ? { ...stream, rungs: stream.rungs.map(change) }
      : stream,
  );
  return { ...plan, streams };
}

/** Must the sound be measured before it is encoded? */
export function isUnmeasured({ loudness }: AudioRung): boolean {
  return (
    loudness !== undefined &&
    loudness.measured === undefined &&
    loudness.way !== "silent"
  );
}
