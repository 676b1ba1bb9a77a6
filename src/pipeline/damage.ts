import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PackError } from "../errors.js";
import type { Tools } from "../ffmpeg/find.js";
import type { EncodedStep } from "../encode/index.js";
import { startOfPart } from "../encode/part.js";
import { writing } from "../output/errors.js";
import { type EncodePlan, videoStream } from "../plan/encode-plan.js";
import { findDamage } from "../probe/damage-log.js";
import {
  audioIn,
  type LostTime,
  type SourceInfo,
  videoIn,
} from "../probe/source-info.js";
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

/** A part with less of its film is none. */
const NOTHING_SECONDS = 0.1;

/**
 * Where the encoder of a part failed, the source may have nothing there to encode: the whole of it tells.
 *
 * @throws PackError `input` when the part lies wholly in the lost time of its picture, or of its sounds
 */
export async function refuseLostPart(
  plan: EncodePlan,
  {
    tools,
    signal,
  }: { readonly tools: Tools; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  if (plan.filmSeconds === undefined) return;
  const { source } = plan;
  const { lost } = await findDamage(source, tools, signal);
  const inPart = lostInPart(lost, plan);
  const video = videoIn(source);
  const streams = video ? [video] : audioIn(source);
  const begin = startOfPart(plan, videoStream(plan));
  const isLost = streams.every(({ kind, index, ...times }) => {
    const has = times.startSeconds + times.durationSeconds;
    const end = Math.min(begin + plan.durationSeconds, has);
    const own = inPart.filter(
      (each) => each.stream === kind && (each.index ?? index) === index,
    );
    return end - begin - secondsOf(own, begin, end) < NOTHING_SECONDS;
  });
  if (isLost) throw lostPartError(source, lost, begin);
}

/** How much of a time is lost. The lost times of one stream do not overlap. */
function secondsOf(
  lost: readonly LostTime[],
  begin: number,
  end: number,
): number {
  return lost.reduce((sum, { fromSeconds, toSeconds }) => {
    const seconds = Math.min(toSeconds, end) - Math.max(fromSeconds, begin);
    return sum + Math.max(0, seconds);
  }, 0);
}

function lostPartError(
  { path }: SourceInfo,
  lost: readonly LostTime[],
  begin: number,
): PackError {
  return new PackError(
    "input",
    `${path}: nothing decodes of the part from ${begin.toFixed(1)} s on, lost: ${lostText(lost)}.`,
    {
      hint: "Ask for a part that decodes, with --start and --end.",
      facts: { file: path, lost },
    },
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
