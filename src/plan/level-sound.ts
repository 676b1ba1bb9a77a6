import type { AudioRung, EncodePlan } from "./encode-plan.js";
import { mapSounds } from "./ask-loudness.js";
import type {
  LoudnessTarget,
  MeasuredLoudness,
  RungLoudness,
} from "./loudness.js";

/** Below ITU-R BS.1770-4's absolute gate nothing is counted: ffmpeg then gives the gate itself. */
const GATE_LUFS = -70;

/** A smaller change is none: loudness is measured in tenths. */
const LEAST_GAIN = 0.05;

/**
 * Decides how a sound that was measured gets its loudness.
 *
 * @param measured undefined: ffmpeg found no peak
 */
export function leveled(
  rung: AudioRung,
  measured: MeasuredLoudness | undefined,
): AudioRung {
  const { target } = rung.loudness ?? {};
  const kept = { ...(target && { target }), filters: [] };
  if (measured === undefined || measured.lufs <= GATE_LUFS)
    return { ...rung, loudness: { ...kept, way: "silent" } };
  const loudness =
    target === undefined
      ? { ...kept, measured }
      : broughtTo(target, measured, rung);
  return { ...rung, loudness };
}

function broughtTo(
  target: LoudnessTarget,
  measured: MeasuredLoudness,
  rung: AudioRung,
): RungLoudness {
  const gain = tenths(target.lufs - measured.lufs);
  const isLinear = tenths(measured.truePeak + gain) <= target.truePeak;
  if (!isLinear)
    return {
      ...{ target, measured, way: "dynamic" },
      filters: dynamicFilters(target, measured, rung, 0),
    };
  const isKept = Math.abs(gain) < LEAST_GAIN;
  const filters = isKept ? [] : [pinned(rung), `volume=${gain}dB`];
  return { target, measured, way: "linear", gain, filters };
}

/**
 * A sound that was measured once more behind its dynamic filter: what that missed is added.
 *
 * @param lufs behind the filter
 */
export function corrected(rung: AudioRung, lufs: number): AudioRung {
  const { target, measured } = rung.loudness ?? {};
  if (target === undefined || measured === undefined) return rung;
  const offset = tenths(target.lufs - lufs);
  const filters = dynamicFilters(target, measured, rung, offset);
  return { ...rung, loudness: { ...rung.loudness, filters } };
}

/** `loudnorm` measures between samples, so it works and gives at 192 kHz. */
function dynamicFilters(
  { lufs, truePeak }: LoudnessTarget,
  measured: MeasuredLoudness,
  rung: AudioRung,
  offset: number,
): string[] {
  const options = [
    ...[`I=${lufs}`, `TP=${truePeak}`, `LRA=${within(measured.range, 1, 20)}`],
    `measured_I=${within(measured.lufs, -99, 0)}`,
    `measured_TP=${within(measured.truePeak, -99, 99)}`,
    `measured_LRA=${within(measured.range, 0, 99)}`,
    `measured_thresh=${within(measured.threshold, -99, 0)}`,
    ...[`offset=${within(offset, -99, 99)}`, "linear=false"],
  ];
  const back = [`aresample=${rung.sampleRate}`, pinned(rung)];
  return [pinned(rung), `loudnorm=${options.join(":")}`, ...back];
}

/**
 * The encoder's samples. Otherwise ffmpeg would choose others for these filters, and integers change how loud a mix of
 * several channels is.
 */
export function pinned({ channels }: Pick<AudioRung, "channels">): string {
  const layout = ["", "mono", "stereo"][channels] ?? "5.1";
  return `aformat=sample_fmts=fltp:channel_layouts=${layout}`;
}

/** The plan of all sounds that were measured, with notes about what a listener may hear. */
export function withLoudnessNotes(plan: EncodePlan): EncodePlan {
  const notes: string[] = [];
  mapSounds(plan, (rung) => {
    notes.push(...notesOn(rung));
    return rung;
  });
  return { ...plan, notes: [...plan.notes, ...notes] };
}

function notesOn({ name, loudness }: AudioRung): string[] {
  const { target, measured, way } = loudness ?? {};
  if (way === "silent")
    return [
      `${name}: nothing in it is loud enough to be measured, so it is left as it is`,
    ];
  if (!target || !measured || way !== "dynamic") return [];
  const peak = tenths(measured.truePeak + target.lufs - measured.lufs);
  const linear = tenths(measured.lufs + target.truePeak - measured.truePeak);
  return [
    `${name}: at ${target.lufs} LUFS its peaks would reach ${peak} dBTP, above ${target.truePeak}, so its dynamics are changed (loudnorm, not linear); up to ${linear} LUFS they would stay`,
  ];
}

/** One line about a sound's loudness; undefined before it is measured. */
export function loudnessText({
  target,
  measured,
  way,
  gain,
}: RungLoudness): string | undefined {
  if (way === "silent") return "silent";
  if (measured === undefined) return undefined;
  const found = `${measured.lufs} LUFS, peak ${measured.truePeak} dBTP, range ${measured.range} LU`;
  if (target === undefined) return found;
  const how = way === "dynamic" ? "dynamic" : `${signed(gain ?? 0)} dB`;
  return `${found} -> ${target.lufs} LUFS, ${how}`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

/** What ffmpeg measures has one place behind the point. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
