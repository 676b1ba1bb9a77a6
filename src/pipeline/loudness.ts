import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  measureLoudness,
  type FoundLoudness,
} from "../encode/measure-loudness.js";
import type { EncodeProgress } from "../encode/index.js";
import type { OutputFolder } from "../output/output-folder.js";
import {
  audioStreams,
  type AudioRung,
  type EncodePlan,
} from "../plan/encode-plan.js";
import { corrected, leveled, withLoudnessNotes } from "../plan/level-sound.js";
import { isUnmeasured, mapSounds } from "../plan/ask-loudness.js";
import { replaceText } from "../util/files.js";
import type { PackEvents } from "./options.js";
import type { ResolvedPlanOptions } from "./resolve-options.js";

type LoudnessOptions = Pick<ResolvedPlanOptions, "tools" | "signal"> &
  Pick<PackEvents, "onProgress"> & { readonly nice?: number | undefined };

/**
 * The plan with the loudness of its sounds, where it is asked for and not known yet: measured, and what follows from it.
 * A sound whose dynamics are changed is measured behind that too, and what is missed is added.
 *
 * @throws PackError as an encode does
 */
export async function withMeasuredLoudness(
  plan: EncodePlan,
  options: LoudnessOptions,
): Promise<EncodePlan> {
  if (!hasSound(plan, isUnmeasured)) return plan;
  const found = await measure(plan, isUnmeasured, options);
  const first = changed(plan, isUnmeasured, found, leveled);
  if (!hasSound(first, isDynamic)) return withLoudnessNotes(first);
  const behind = await measure(first, isDynamic, options, 2);
  return withLoudnessNotes(
    changed(first, isDynamic, behind, (rung, one) =>
      one === undefined ? rung : corrected(rung, one.lufs),
    ),
  );
}

/** In the folder of encoded files. */
const FILE = "loudness.json";

/**
 * The same in a work folder, where a run that resumes finds what an earlier one has measured.
 *
 * @throws PackError as an encode does
 */
export async function withLoudnessOnce(
  plan: EncodePlan,
  { once, encoded }: Pick<OutputFolder, "once" | "encoded">,
  options: LoudnessOptions,
): Promise<EncodePlan> {
  if (!hasSound(plan, isUnmeasured)) return plan;
  const path = join(encoded, FILE);
  await once("loudness", async () => {
    const measured = await withMeasuredLoudness(plan, options);
    await replaceText(path, JSON.stringify(loudnessIn(plan, measured)));
    return [FILE];
  });
  const { sounds, notes } = JSON.parse(
    await readFile(path, "utf8"),
  ) as ReturnType<typeof loudnessIn>;
  const all = changed(plan, isUnmeasured, sounds, (rung, loudness) =>
    loudness === undefined ? rung : { ...rung, loudness },
  );
  return { ...all, notes: [...all.notes, ...notes] };
}

function loudnessIn(plan: EncodePlan, measured: EncodePlan) {
  const after = soundsOf(measured);
  return {
    sounds: soundsOf(plan).flatMap((rung, i) =>
      isUnmeasured(rung) ? [after[i]?.loudness] : [],
    ),
    notes: measured.notes.slice(plan.notes.length),
  };
}

function isDynamic({ loudness }: AudioRung): boolean {
  return loudness?.way === "dynamic";
}

function soundsOf(plan: EncodePlan): AudioRung[] {
  return audioStreams(plan).flatMap(({ rungs }) => rungs);
}

function hasSound(plan: EncodePlan, is: (rung: AudioRung) => boolean): boolean {
  return soundsOf(plan).some(is);
}

/** Changes some sounds of a plan, each with its own of a list. */
function changed<T>(
  plan: EncodePlan,
  isWanted: (rung: AudioRung) => boolean,
  list: readonly T[],
  change: (rung: AudioRung, one: T) => AudioRung,
): EncodePlan {
  let next = 0;
  return mapSounds(plan, (rung) =>
    isWanted(rung) ? change(rung, list[next++] as T) : rung,
  );
}

async function measure(
  plan: EncodePlan,
  isWanted: (rung: AudioRung) => boolean,
  { tools, signal, nice, onProgress }: LoudnessOptions,
  time = 1,
): Promise<FoundLoudness[]> {
  const label = time === 1 ? "loudness" : "loudness, once more";
  return measureLoudness(plan, isWanted, {
    ...{ tools, signal, nice },
    onProgress: ({ fraction, speed }: EncodeProgress) =>
      onProgress?.({ step: "measure", label, fraction, speed }),
  });
}
