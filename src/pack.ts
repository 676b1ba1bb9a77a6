import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ENGINES, type EngineName } from "./encode/index.js";
import { PackError } from "./errors.js";
import { OUTPUTS, type OutputName } from "./outputs.js";
import { openPackageFolder } from "./folder/package-folder.js";
import { SMOOTH_TIMESCALE } from "./media/time.js";
import type { TrackFile } from "./mux/track-file.js";
import type { EncodePlan } from "./plan/encode-plan.js";
import { makePlan, type PlanSettings } from "./plan/plan.js";
import { loadPreset } from "./plan/preset-file.js";
import { DEFAULT_PRESET } from "./plan/preset.js";
import { probe } from "./probe/probe.js";
import { findTools, type ToolPaths, type Tools } from "./tools/find.js";
import { describeFinding } from "./verify/finding.js";
import type { VerifyReport } from "./verify/verify.js";

/** What `plan` needs to know beside the input. */
export interface PlanOptions extends PlanSettings, ToolPaths {
  /** Name of a preset that comes with mss-pack, or path of a JSON file. Default `smooth-1080p`. */
  readonly preset?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PackOptions extends PlanOptions {
  /** Folder for the package; made when it is missing. */
  readonly output: string;
  /** Replace a package of the same name. */
  readonly overwrite?: boolean | undefined;
  /** `quick` reads indexes and fragment heads, `full` also decodes every track. Default `quick`. */
  readonly verify?: "quick" | "full" | undefined;
  /** Package what decodes of a damaged source, instead of refusing it. */
  readonly salvage?: boolean | undefined;
  /** Write a tfdt box beside each tfxd, for generic MP4 tools. */
  readonly tfdt?: boolean | undefined;
  readonly engine?: EngineName | undefined;
  readonly format?: OutputName | undefined;
  /** Told the plan and the tools before the work begins. */
  readonly onPlan?: ((plan: EncodePlan, tools: Tools) => void) | undefined;
  /** Told how far the work is: while encoding about twice a second, then after each file. */
  readonly onProgress?: ((progress: PackProgress) => void) | undefined;
}

/** How far a step is. */
export interface PackProgress {
  readonly step: "encode" | "mux" | "verify";
  /** What is done, in words. */
  readonly label: string;
  /** Done share of the step, 0 to 1. */
  readonly fraction: number;
  /** While encoding: frames a second, and seconds of film a second. */
  readonly framesPerSecond?: number | undefined;
  readonly speed?: number | undefined;
}

export interface PackResult {
  /** Absolute path of the server manifest. */
  readonly manifest: string;
  readonly folder: string;
  readonly files: readonly { readonly file: string; readonly bytes: number }[];
  readonly durationSeconds: number;
  readonly plan: EncodePlan;
  readonly report: VerifyReport;
}

/**
 * Decides what {@link pack} would do with a file, without doing it.
 *
 * @throws PackError as {@link pack} does
 */
export async function plan(
  input: string,
  options: PlanOptions = {},
): Promise<EncodePlan> {
  return (await prepare(input, options)).plan;
}

/**
 * Makes a Smooth Streaming package of a media file: the whole walk.
 *
 * @param input path of the file
 * @returns what was written, after it was read back and found right
 * @throws PackError with a code: `usage`, `preset`, `input`, `encode`, `mux`, `verify`,
 * `output`, `exists`, `tool` or `aborted`; nothing half-written is left behind
 */
export async function pack(
  input: string,
  options: PackOptions,
): Promise<PackResult> {
  const { signal, onProgress } = options;
  const { plan, tools } = await prepare(input, options);
  const engine = ENGINES[options.engine ?? "local"];
  const format = OUTPUTS[options.format ?? "smooth"];
  const files = format.files(plan);
  const folder = await openPackageFolder(options.output, files, {
    overwrite: options.overwrite ?? false,
    neededBytes: plan.estimate.diskBytes,
    source: plan.source.path,
  });
  try {
    options.onPlan?.(plan, tools);
    const encodeFolder = join(folder.work, "encoded");
    await mkdir(encodeFolder);
    const encoded = await engine.encode(plan, {
      folder: encodeFolder,
      tools,
      signal,
      salvage: options.salvage,
      onProgress: (progress) => onProgress?.({ step: "encode", ...progress }),
    });
    const tracks = await format.mux(plan, encoded, folder.work, {
      tfdt: options.tfdt,
      signal,
      onProgress: (fraction) =>
        onProgress?.({ step: "mux", label: "package", fraction }),
    });
    if (!options.salvage) requireWhole(plan, tracks);
    await rm(encodeFolder, { recursive: true });
    await format.manifests(plan.name, tracks, folder.work);
    const report = await format.verify(plan.name, folder.work, {
      decodeWith: options.verify === "full" ? tools : undefined,
      signal,
      onProgress: (fraction) =>
        onProgress?.({ step: "verify", label: "verify", fraction }),
    });
    requireNoFindings(report);
    const sizes = await sizesOf(folder.work, files);
    await folder.publish();
    return {
      manifest: join(folder.target, files.at(-1) ?? ""),
      folder: folder.target,
      files: sizes,
      durationSeconds: report.duration / 1e7,
      plan,
      report,
    };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

async function prepare(
  input: string,
  options: PlanOptions,
): Promise<{ plan: EncodePlan; tools: Tools }> {
  const preset = await loadPreset(options.preset ?? DEFAULT_PRESET);
  const tools = await findTools(options);
  const source = await probe(input, tools, options.signal);
  return { plan: makePlan(source, preset, options), tools };
}

/** A picture this much shorter than the header says was cut off; headers are less wrong than that. */
const MISSING_SECONDS = 1;
const MISSING_SHARE = 0.01;

function requireWhole(plan: EncodePlan, tracks: readonly TrackFile[]): void {
  const found =
    Math.max(...tracks.map((track) => track.duration)) / SMOOTH_TIMESCALE;
  const expected = plan.durationSeconds;
  const missing = expected - found;
  if (missing <= Math.max(MISSING_SECONDS, MISSING_SHARE * expected)) return;
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

function requireNoFindings({ findings }: VerifyReport): void {
  const [first, ...more] = findings;
  if (first === undefined) return;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  throw new PackError(
    "verify",
    `The package read back is wrong: ${describeFinding(first)}${others}`,
    {
      hint: "This is a fault of mss-pack or of the disk; please report it. Nothing was published.",
      facts: { findings },
    },
  );
}

async function sizesOf(folder: string, files: readonly string[]) {
  return Promise.all(
    files.map(async (file) => ({
      file,
      bytes: (await stat(join(folder, file))).size,
    })),
  );
}
