import { PackError } from "../errors.js";
import { ENGINES, type EngineName } from "../encode/index.js";
import { findTools, requireEncoders, type Tools } from "../ffmpeg/find.js";
import { copyChoice } from "../plan/copyable.js";
import { checkedName } from "../plan/package-name.js";
import type { PlanSettings } from "../plan/plan.js";
import { encodersOf } from "../plan/encode-plan.js";
import { DEFAULT_PRESET, PRESET_CODECS, type Preset } from "../plan/preset.js";
import { loadPreset } from "../plan/read-preset.js";
import { applySettings, wantsSurround } from "../plan/settings.js";
import { streamChoice } from "../probe/stream-choice.js";
import type { CaptionSettings } from "./captions.js";
import type { FormatName } from "./formats.js";
import type { PackEvents, PackOptions, PlanOptions } from "./options.js";
import { requireRow, resolveTarget, type Target } from "./target.js";

/**
 * Options with every default set and checked, and programs and presets found. Resolved
 * once, the same for all inputs of a batch.
 */
export interface ResolvedPlanOptions extends PlanSettings, CaptionSettings {
  readonly preset: Preset;
  readonly tools: Tools;
  readonly allowNetwork: boolean;
  readonly signal: AbortSignal | undefined;
}

/** All options of a job but its callbacks. */
export interface ResolvedOptions extends ResolvedPlanOptions, Target {
  readonly signal: AbortSignal | undefined;
  readonly salvage: boolean;
  readonly engine: EngineName;
  readonly formatNames: readonly FormatName[];
}

/** @throws PackError `usage`, `preset` or `tool`: errors that all inputs would share */
export async function resolvePlanOptions(
  options: PlanOptions,
): Promise<ResolvedPlanOptions> {
  const { name, preset = DEFAULT_PRESET, allowNetwork = false } = options;
  if (name !== undefined) checkedName(name);
  streamChoice(options);
  const copy = options.copy?.map(copyChoice);
  const loaded = await loadPreset(preset);
  applySettings(loaded, { ...options, copy });
  const tools = await toolsFor(options);
  const { signal, captions = loaded.captions } = options;
  const surround = wantsSurround(loaded, options);
  const common = { tools, allowNetwork, surround, signal };
  return { ...options, copy, captions, preset: loaded, ...common };
}

async function toolsFor(options: PlanOptions): Promise<Tools> {
  const { tools, stallTimeoutSeconds = tools?.stallTimeoutSeconds } = options;
  const encoders = encodersOf(Object.values(PRESET_CODECS));
  if (tools === undefined) return findTools(options, encoders);
  await requireEncoders(tools.ffmpeg, encoders);
  return stallTimeoutSeconds === undefined
    ? tools
    : { ...tools, stallTimeoutSeconds };
}

/** @throws PackError `usage`, `preset` or `tool`: errors that all inputs would share */
export async function resolveOptions(
  options: Omit<PackOptions, keyof PackEvents>,
): Promise<ResolvedOptions> {
  const { salvage = false, engine = "local", verify } = options;
  refuseSalvagedCopy(options);
  requireRow("engine", engine, ENGINES);
  const target = await resolveTarget({ ...options, onProgress: undefined });
  const resolved = await resolvePlanOptions(options);
  return {
    ...resolved,
    ...target,
    ...{ salvage, engine, formatNames: options.formats ?? ["smooth"] },
    decodeWith: verify === "full" ? resolved.tools : undefined,
    signal: options.signal,
  };
}

/** Damage would stay in a copied track, but not in the others. */
function refuseSalvagedCopy({
  copy = [],
  salvage = false,
}: Pick<PackOptions, "copy" | "salvage">): void {
  if (!salvage || copy.length === 0) return;
  throw new PackError(
    "usage",
    `--salvage is given, and --copy ${copy.map(copyChoice).join(" and ")}. Expected one of them: what is damaged cannot be copied.`,
  );
}
