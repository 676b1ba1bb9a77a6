import { resolve } from "node:path";
import type { ProtectionRequest } from "../drm/index.js";
import { PackError } from "../errors.js";
import { findTools } from "../ffmpeg/find.js";
import { isUrl } from "../ffmpeg/input-options.js";
import type { TrackFile } from "../media/presentation.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { requireFolder } from "../output/refusals.js";
import { type EncodePlan, videoStream } from "../plan/encode-plan.js";
import { checkedName } from "../plan/package-name.js";
import { DEFAULT_PRESET } from "../plan/preset.js";
import { loadPreset } from "../plan/read-preset.js";
import { applySettings } from "../plan/settings.js";
import type { LostTime } from "../probe/source-info.js";
import { streamChoice } from "../probe/stream-choice.js";
import { describeFinding, faultsIn } from "../verify/finding.js";
import type { VerifyReport } from "../verify/verify.js";
import type { PackOptions, PlanOptions } from "./options.js";

/** A picture this much shorter than the header says was cut off; headers are less wrong than that. */
const MISSING_SECONDS = 1;
const MISSING_SHARE = 0.001;

/** Of what was measured, no more than this comes beyond it. */
const SURPLUS_SECONDS = 1;
const SURPLUS_SHARE = 0.01;

/**
 * @returns the end that is missing, where `salvage` accepts that
 * @throws PackError `input` when much less was decoded than the header promised, or more than there is
 */
export function requireWhole(
  plan: EncodePlan,
  tracks: readonly TrackFile[],
  salvage: boolean,
): LostTime[] {
  const found =
    Math.max(...tracks.map((track) => track.duration)) / SMOOTH_TIMESCALE;
  const expected = plan.source.promisedSeconds ?? plan.durationSeconds;
  const missing = expected - found;
  requireNoMore(plan, found);
  if (missing <= Math.max(MISSING_SECONDS, MISSING_SHARE * expected)) return [];
  const stream = videoStream(plan) ? "video" : "audio";
  if (salvage) return [{ stream, fromSeconds: found, toSeconds: expected }];
  throw new PackError(
    "input",
    `${plan.source.path}: only ${found.toFixed(1)} s could be decoded. Expected ${expected.toFixed(1)} s, as its header says.`,
    {
      hint: "The file is cut off or damaged. --salvage packages what is there.",
      facts: {
        file: plan.source.path,
        foundSeconds: found,
        expectedSeconds: expected,
      },
    },
  );
}

/** A clock that ffmpeg reads in another way than we makes another film: a few frames of an hour, say. */
function requireNoMore(
  { source: { path }, durationSeconds }: EncodePlan,
  found: number,
): void {
  if (isUrl(path)) return; // its header was believed
  const surplus = found - durationSeconds;
  const most = Math.max(SURPLUS_SECONDS, SURPLUS_SHARE * durationSeconds);
  if (surplus <= most) return;
  throw new PackError(
    "input",
    `${path}: gave ${found.toFixed(1)} s of film. Expected ${durationSeconds.toFixed(1)} s, as its frames tell.`,
    {
      hint: "Its times are damaged or of an unknown kind: bring it into another container first (ffmpeg -i FILE -c copy NEW.mkv).",
      facts: {
        file: path,
        foundSeconds: found,
        expectedSeconds: durationSeconds,
      },
    },
  );
}

/**
 * @throws PackError `usage`: what is damaged would stay in a copied track, and not in the others
 */
export function refuseSalvagedCopy({
  copy = [],
  salvage = false,
}: Pick<PackOptions, "copy" | "salvage">): void {
  if (!salvage || copy.length === 0) return;
  throw new PackError(
    "usage",
    `--salvage is given, and --copy ${copy.join(" and ")}. Expected one of them: what is damaged cannot be copied.`,
  );
}

/**
 * Looks at a protection before any work.
 *
 * @throws PackError `usage` when it cannot be written, or encoded rungs would be kept, which are clear
 */
export async function requireProtectable({
  protection,
  resume = false,
}: Pick<PackOptions, "protection" | "resume">): Promise<void> {
  if (protection === undefined) return;
  const { protectionOf } = await import("../drm/index.js");
  protectionOf(protection);
  refuseKeptRungs(resume);
}

/** @throws PackError `usage` when encoded rungs would be kept, of a package that is to be protected */
export function refuseKeptRungs(resume: boolean): void {
  if (!resume) return;
  throw new PackError(
    "usage",
    "--resume is given, and --protect. Expected one of them: encoded rungs that are kept for another run are not encrypted.",
    { facts: { option: "--resume" } },
  );
}

/**
 * @param decodeHint what else may be to blame when it only does not decode
 * @throws PackError `verify` naming the first fault
 */
export function requireNoFaults(
  { findings }: VerifyReport,
  decodeHint?: string,
): void {
  const faults = faultsIn(findings);
  const [first, ...more] = faults;
  if (first === undefined) return;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  const isOfDecoding = faults.every(({ rule }) => rule === "decode");
  const cause =
    (isOfDecoding ? decodeHint : undefined) ??
    "This is a fault of mss-pack or of the disk; please report it.";
  throw new PackError(
    "verify",
    `The package read back is wrong: ${describeFinding(first)}${others}`,
    {
      hint: `${cause} Nothing was published.`,
      facts: { findings: faults },
    },
  );
}

/**
 * Looks before any work at what would fail every input alike.
 *
 * @throws PackError `usage`, `preset` or `tool`
 */
export async function requireUsable(
  options: PlanOptions & {
    readonly output: string;
    readonly jobs?: number | undefined;
    readonly salvage?: boolean | undefined;
    readonly resume?: boolean | undefined;
    readonly protection?: ProtectionRequest | undefined;
  },
): Promise<void> {
  const { output, jobs = 1 } = options;
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS) {
    throw new PackError(
      "usage",
      `--jobs is "${jobs}". Expected a whole number from 1 to ${MOST_JOBS}.`,
      { facts: { option: "--jobs", found: jobs } },
    );
  }
  refuseSalvagedCopy(options);
  await requireProtectable(options);
  await requireFolder(resolve(output));
  await requirePlannable(options);
}

/**
 * The same for a plan, which writes nothing.
 *
 * @throws PackError `usage`, `preset` or `tool`
 */
export async function requirePlannable(options: PlanOptions): Promise<void> {
  const { name, preset = DEFAULT_PRESET } = options;
  if (name !== undefined) checkedName(name);
  streamChoice(options);
  applySettings(await loadPreset(preset), options);
  await findTools(options);
}

const MOST_JOBS = 64;
