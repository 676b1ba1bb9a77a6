import { availableParallelism } from "node:os";
import { encoderOf } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { ENGINES, type EngineName } from "../encode/index.js";
import { findTools, requireEncoders, type Tools } from "../ffmpeg/find.js";
import { copyChoice } from "../plan/copyable.js";
import { checkedName } from "../plan/package-name.js";
import type { PlanSettings } from "../plan/plan.js";
import {
  PIECE_SECONDS,
  type PieceLength,
  type PieceSettings,
} from "../plan/pieces.js";
import { DEFAULT_PRESET, PRESET_CODECS, type Preset } from "../plan/preset.js";
import { loadPreset } from "../plan/read-preset.js";
import { applySettings, wantsSurround } from "../plan/settings.js";
import type { OpenJoined } from "../ffmpeg/joined-relay.js";
import { openStore } from "../store/store.js";
import { streamChoice } from "../probe/stream-choice.js";
import { namingDevice } from "./able-encoders.js";
import type { CaptionSettings } from "./captions.js";
import type { PackEvents, PackOptions, PlanOptions } from "./options.js";
import {
  presetFormats,
  requireRow,
  resolveTarget,
  type Target,
} from "./target.js";

/**
 * Options with every default set and checked, and programs and presets found. Resolved
 * once, the same for all inputs of a batch.
 */
export interface ResolvedPlanOptions
  extends PlanSettings, PieceSettings, CaptionSettings {
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
  readonly threads: number;
  /** The same, only as the user gave it. */
  readonly ownThreads: number | undefined;
  readonly nice: number | undefined;
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
  const { encoder } = applySettings(loaded, { ...options, copy });
  const store = openStore({ endpoint: options.s3Endpoint });
  const packages = lazyPackages();
  const tools = { ...(await toolsFor(options, encoder)), store, packages };
  const { signal, captions = loaded.captions } = options;
  const surround = wantsSurround(loaded, options);
  const common = { tools, allowNetwork, surround, signal };
  const pieceLength = pieceLengthOf(options, encoder);
  const own = { copy, captions, preset: loaded, pieceLength };
  return { ...options, ...own, ...common };
}

/** Packages are rare: the code that reads them is loaded for them only. */
function lazyPackages(): OpenJoined {
  let opener: Promise<OpenJoined> | undefined;
  return async (path) => {
    opener ??= import("./package-film.js").then(({ packageOpener }) =>
      packageOpener(),
    );
    return (await opener)(path);
  };
}

/** With so many cores, x264's own threads leave some of them without work. */
const MANY_CORES = 8;

/** @returns undefined when the picture stays in one piece */
function pieceLengthOf(
  options: PlanOptions & Pick<PackOptions, "resume" | "salvage">,
  encoder: Preset["encoder"],
): PieceLength | undefined {
  const { pieces = "auto", resume = false, salvage = false } = options;
  if (pieces === "off") return undefined;
  if (pieces !== "auto") return checkedPieces(pieces, salvage);
  const isMany =
    availableParallelism() >= MANY_CORES &&
    options.reproducible !== true &&
    encoder === undefined;
  // Of a damaged source nobody knows how many frames come.
  return (resume || isMany) && !salvage ? "suitable" : undefined;
}

function checkedPieces(seconds: number, salvage: boolean): number {
  const [least, most] = PIECE_SECONDS;
  const isRight = seconds >= least && seconds <= most;
  if (isRight && !salvage) return seconds;
  throw new PackError(
    "usage",
    isRight
      ? `--pieces is ${seconds}, and --salvage is given. Expected one of them: nobody knows how many frames a damaged source gives.`
      : `--pieces is "${seconds}". Expected auto, off, or seconds from ${least} to ${most}.`,
    { facts: { option: "--pieces", found: seconds } },
  );
}

/** @throws PackError `usage` */
function checkedCount(
  option: string,
  value: number | undefined,
  least: number,
  most: number,
): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new PackError(
    "usage",
    `${option} is "${value}". Expected a whole number from ${least} to ${most}.`,
    { facts: { option, found: value } },
  );
}

async function toolsFor(
  options: PlanOptions,
  encoder: string = encoderOf(PRESET_CODECS.video),
): Promise<Tools> {
  const { tools, stallTimeoutSeconds = tools?.stallTimeoutSeconds } = options;
  const encoders = [encoder, encoderOf(PRESET_CODECS.audio)];
  if (tools === undefined)
    return findTools(options, encoders).catch(namingDevice(encoder));
  await requireEncoders(tools.ffmpeg, encoders).catch(namingDevice(encoder));
  return stallTimeoutSeconds === undefined
    ? tools
    : { ...tools, stallTimeoutSeconds };
}

/** @throws PackError `usage`, `preset` or `tool`: errors that all inputs would share */
export async function resolveOptions(
  options: Omit<PackOptions, keyof PackEvents> & {
    /** Inputs that are worked on at the same time share the cores. */
    readonly jobs?: number | undefined;
  },
): Promise<ResolvedOptions> {
  const { salvage = false, engine = "local", verify, jobs = 1 } = options;
  refuseSalvagedCopy(options);
  requireRow("engine", engine, ENGINES);
  const asked = { ...options, onProgress: undefined };
  const first = await resolveTarget(asked);
  const resolved = await resolvePlanOptions(options);
  const formats = presetFormats(resolved.preset);
  const target =
    options.formats === undefined && formats !== undefined
      ? await resolveTarget({ ...asked, formats })
      : first;
  const ownThreads = checkedCount("--threads", options.threads, 1, 1024);
  return {
    ...resolved,
    ...target,
    ...{ store: resolved.tools.store ?? target.store },
    threads:
      ownThreads ?? Math.max(1, Math.floor(availableParallelism() / jobs)),
    ownThreads,
    nice: checkedCount("--nice", options.nice, 0, 19),
    ...{ salvage, engine },
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
