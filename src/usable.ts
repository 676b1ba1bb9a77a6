import { resolve } from "node:path";
import type { ProtectionRequest } from "./drm/index.js";
import { PackError } from "./errors.js";
import { requireFolder } from "./output/refusals.js";
import type { PlanOptions } from "./options.js";
import { checkedName } from "./plan/package-name.js";
import { loadPreset } from "./plan/preset-file.js";
import { DEFAULT_PRESET } from "./plan/preset.js";
import { applySettings } from "./plan/settings.js";
import { streamChoice } from "./probe/stream-choice.js";
import { refuseSalvagedCopy, requireProtectable } from "./requirements.js";
import { findTools } from "./ffmpeg/find.js";

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
