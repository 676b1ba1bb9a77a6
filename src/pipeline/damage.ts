import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PackError } from "../errors.js";
import type { Tools } from "../ffmpeg/find.js";
import type { EncodedStep } from "../encode/index.js";
import { startOfPart } from "../encode/part.js";
import { writing } from "../output/errors.js";
import { type EncodePlan, videoStream } from "../plan/encode-plan.js";
import { findDamage } from "../probe/damage-log.js";
import type { LostTime, SourceInfo } from "../probe/source-info.js";
import { exists, replaceText } from "../util/files.js";

/** Lies among the encoded files, so that a later run that resumes from them reads it. */
const DAMAGE = "damage.json";

export interface DamageOptions {
  /** Where encoded files lie. */
  readonly folder: string;
  readonly tools: Tools;
  readonly signal: AbortSignal | undefined;
  readonly salvage: boolean;
}

/**
 * Decides about a source that ffmpeg complained about: finds the lost times. Goes on with
 * `salvage`, or when nothing is lost beyond the usual edges of a recording.
 *
 * @returns a function that takes the complaints of a step, and gives the names of the files that it wrote. It looks
 * into the source once, however many steps complain. It throws PackError `input` with the lost times.
 */
export function damageJudge(
  plan: EncodePlan,
  { folder, tools, signal, salvage }: DamageOptions,
): (step: EncodedStep) => Promise<readonly string[]> {
  const { source } = plan;
  let found: ReturnType<typeof findDamage> | undefined;
  let isWritten = false;
  return async ({ complaints, hasSought = false }) => {
    if (complaints.length === 0) return [];
    found ??= findDamage(source, tools, signal);
    const { lost: all, notes, isConfirmed } = await found;
    const lost = lostInPart(all, plan);
    // Where the whole source gives no reason to complain, the place where the step began does.
    const isExplained = isConfirmed || hasSought || all.length > 0;
    const isHarmless = lost.length === 0 && isExplained;
    if (!salvage && !isHarmless) throw damagedError(source, complaints, lost);
    const path = join(folder, DAMAGE);
    if (isWritten || (await exists(path))) return [];
    isWritten = true;
    const damage: FoundDamage = { lost, notes };
    await writing(path, () => replaceText(path, JSON.stringify(damage)));
    return [DAMAGE];
  };
}

/** ffmpeg reads a part from a key frame before it, and a little beyond its end: what is lost there is not missed. */
function lostInPart(
  lost: readonly LostTime[],
  plan: EncodePlan,
): readonly LostTime[] {
  const { filmSeconds, durationSeconds, source } = plan;
  const hasOtherClock = source.streams.some(
    (stream) => stream.kind !== "text" && stream.fragmentClock !== undefined,
  );
  if (filmSeconds === undefined || hasOtherClock) return lost;
  const begin = startOfPart(plan, videoStream(plan));
  const end = begin + durationSeconds;
  return lost.filter(
    ({ fromSeconds, toSeconds }) => fromSeconds < end && toSeconds > begin,
  );
}

export interface FoundDamage {
  readonly lost: readonly LostTime[];
  /** Losses that are usual for recordings, in words. */
  readonly notes: readonly string[];
}

/** The result of {@link damageJudge}, in this run or in the one that it resumes. */
export async function readDamage(folder: string): Promise<FoundDamage> {
  try {
    const text = await readFile(join(folder, DAMAGE), "utf8");
    return JSON.parse(text) as FoundDamage;
  } catch {
    return { lost: [], notes: [] };
  }
}

/** @throws PackError `input` when the file shows before any work that its end is missing */
export function refuseCutOff({ source }: EncodePlan, salvage: boolean): void {
  if (source.cutOff === undefined || salvage) return;
  throw new PackError("input", `${source.path}: ${source.cutOff}.`, {
    hint: "The file is cut off. --salvage packages what is there.",
    facts: { file: source.path },
  });
}

/** The lost times for people, such as "picture 6.0 to 8.0 s". */
export function lostText(lost: readonly LostTime[]): string {
  return lost
    .map(({ stream, index, fromSeconds, toSeconds }) => {
      const number = index === undefined ? "" : ` (stream ${index})`;
      const what = stream === "video" ? "picture" : `sound${number}`;
      const digits = toSeconds - fromSeconds < 1 ? 2 : 1;
      return `${what} ${fromSeconds.toFixed(digits)} to ${toSeconds.toFixed(digits)} s`;
    })
    .join(", ");
}

function damagedError(
  source: SourceInfo,
  complaints: readonly string[],
  lost: readonly LostTime[],
): PackError {
  const [first, ...more] = complaints;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  const what = lost.length === 0 ? "" : `, lost: ${lostText(lost)}`;
  return new PackError(
    "input",
    `${source.path}: is damaged${what}; ffmpeg says: ${first}${others}.`,
    {
      hint: "--salvage packages what can be decoded.",
      facts: { file: source.path, lost, errors: complaints.slice(0, 20) },
    },
  );
}
