import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ENGINES } from "./encode/index.js";
import { openPackageFolder } from "./folder/package-folder.js";
import type { PackOptions, PackResult, PlanOptions } from "./options.js";
import { OUTPUTS } from "./outputs.js";
import type { EncodePlan } from "./plan/encode-plan.js";
import { isHdr, TONE_MAPPERS } from "./plan/colour-filters.js";
import { makePlan } from "./plan/plan.js";
import { loadPreset } from "./plan/preset-file.js";
import { DEFAULT_PRESET } from "./plan/preset.js";
import { probe } from "./probe/probe.js";
import { requireNoFindings, requireWhole } from "./requirements.js";
import { findTools, hasFilters, type Tools } from "./tools/find.js";

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
      skipped: false,
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
  const source = await probe(input, tools, options);
  const { video } = source;
  const toneMap =
    video !== undefined &&
    isHdr(video) &&
    (await hasFilters(tools.ffmpeg.path, TONE_MAPPERS));
  return { plan: makePlan(source, preset, options, { toneMap }), tools };
}

async function sizesOf(folder: string, files: readonly string[]) {
  return Promise.all(
    files.map(async (file) => ({
      file,
      bytes: (await stat(join(folder, file))).size,
    })),
  );
}
