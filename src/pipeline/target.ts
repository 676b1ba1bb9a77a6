import { resolve } from "node:path";
import { PackError } from "../errors.js";
import type { Tools, ToolPaths } from "../ffmpeg/find.js";
import type { LayoutName } from "../mux/layouts.js";
import type { Preset } from "../plan/preset.js";
import { requireFolder } from "../output/refusals.js";
import { CODEC_DATA, type CodecData } from "../smooth/presentation.js";
import { addressText, isStoreAddress, parseFolder } from "../store/address.js";
import { openStore, type Store } from "../store/store.js";
import {
  FORMATS,
  formatRows,
  type Format,
  type FormatName,
} from "./formats.js";
import type { DeliverOptions, PackOptions } from "./options.js";

/** The place of a package, and the options for bringing it there. */
export interface Target extends Pick<PackOptions, "protection" | "onProgress"> {
  readonly signal: AbortSignal | undefined;
  /** Absolute, or an address of a store. */
  readonly folder: string;
  readonly store: Store;
  readonly onUpload: (fraction: number) => void;
  readonly overwrite: boolean;
  readonly skipExisting: boolean;
  readonly resume: boolean;
  readonly formats: readonly Format[];
  /** Their names: `smooth` first, the others in the order of the table. */
  readonly formatNames: readonly FormatName[];
  readonly layout: LayoutName;
  readonly tfdt: boolean;
  readonly ec3CodecData: CodecData;
  /** Decodes the written package; undefined when only indexes and heads are read back. */
  readonly decodeWith: Tools | undefined;
}

/** Options for a package's place, for every kind of job. */
export type TargetOptions = DeliverOptions &
  Pick<PackOptions, "protection" | "layout" | "tfdt" | "ec3CodecData">;

/**
 * @param tools decode the written package
 * @throws PackError `usage` when the output is no folder, for a protection that cannot be
 * written, or when encoded rungs would be kept in the clear
 */
export async function resolveTarget(
  options: TargetOptions,
  tools?: Tools,
): Promise<Target> {
  const { overwrite = false, skipExisting = false, resume = false } = options;
  const { layout = "standard" } = options;
  const { ec3CodecData = "full" } = options;
  requireWord("ec3CodecData", ec3CodecData, CODEC_DATA);
  const { protection, signal, onProgress } = options;
  await requireProtectable(options);
  const formatNames = formatNamesOf(options);
  const isOnlySmooth = formatNames.length === 1;
  if (!isOnlySmooth) requireForAll(options);
  const folder = await folderOf(options);
  return {
    store: openStore({ endpoint: options.s3Endpoint }),
    onUpload: (fraction) =>
      onProgress?.({ step: "upload", label: "upload", fraction }),
    ...{ folder, overwrite, skipExisting, resume, layout, formatNames },
    // Players of DASH and HLS read the time of a fragment nowhere else.
    tfdt: options.tfdt === true || !isOnlySmooth,
    ec3CodecData,
    ...{ protection, signal, onProgress },
    formats: formatRows(formatNames),
    decodeWith: options.verify === "full" ? tools : undefined,
  };
}

async function folderOf({
  output,
  resume = false,
}: DeliverOptions): Promise<string> {
  if (!isStoreAddress(output)) {
    const folder = resolve(output);
    await requireFolder(folder);
    return folder;
  }
  if (!resume) return addressText(parseFolder(output)).replace(/\/$/, "");
  throw new PackError(
    "usage",
    `--resume is given, and -o ${output}. Expected one of them: finished steps are kept beside the package, on a disk.`,
    {
      hint: "Make the package in a folder with --resume, and copy it.",
      facts: { option: "--resume" },
    },
  );
}

/** @throws PackError `usage` for an unknown name, or without `smooth` */
function formatNamesOf({ formats = ["smooth"] }: DeliverOptions): FormatName[] {
  for (const name of formats) requireRow("--formats", name, FORMATS);
  if (formats.includes("smooth"))
    return (Object.keys(FORMATS) as FormatName[]).filter((name) =>
      formats.includes(name),
    );
  throw new PackError(
    "usage",
    `--formats is "${formats.join(",")}". Expected smooth among them: the others are manifests over its files.`,
    { facts: { option: "--formats", found: formats.join(",") } },
  );
}

/**
 * The formats of a preset.
 *
 * @throws PackError `preset` for an unknown name, or without `smooth`
 */
export function presetFormats({
  name,
  formats,
}: Pick<Preset, "name" | "formats">): FormatName[] | undefined {
  if (formats === undefined) return undefined;
  const names = Object.keys(FORMATS) as FormatName[];
  const isKnown = (format: string) => names.some((one) => one === format);
  if (formats.includes("smooth") && formats.every(isKnown))
    return names.filter((one) => formats.includes(one));
  const found = JSON.stringify(formats);
  const expected = `smooth, and beside it ${names.filter((one) => one !== "smooth").join(" or ")}`;
  throw new PackError(
    "preset",
    `Preset ${name}: formats is ${found}. Expected ${expected}.`,
    { facts: { preset: name, field: "formats", found, expected } },
  );
}

/** @throws PackError `usage` for what players of DASH and HLS do not read */
export function requireForAll({
  layout,
  protection,
}: Pick<TargetOptions, "layout" | "protection">): void {
  const isOld = layout !== undefined && layout !== "standard";
  const isPiff = protection !== undefined && protection.encryption !== "cenc";
  if (!isOld && !isPiff) return;
  const [option, found, expected, why] = isOld
    ? ([
        "--layout",
        layout,
        "standard",
        "browsers need signed offsets",
      ] as const)
    : (["--encryption", "piff", "cenc", "they know no other boxes"] as const);
  throw new PackError(
    "usage",
    `${option} is ${found}, and the package is for DASH or HLS too. Expected ${option} ${expected}: ${why}.`,
    { facts: { option, found } },
  );
}

/** @throws PackError `usage` for a word that is not in the list */
function requireWord(
  option: string,
  word: string,
  list: readonly string[],
): void {
  requireRow(option, word, Object.fromEntries(list.map((each) => [each, 0])));
}

/**
 * A caller without types may pass any name.
 *
 * @throws PackError `usage` when a table has no row of that name
 */
export function requireRow(option: string, name: string, table: object): void {
  if (Object.hasOwn(table, name)) return;
  throw new PackError(
    "usage",
    `${option} has "${name}". Expected ${Object.keys(table).join(" or ")}.`,
    { facts: { option, found: name } },
  );
}

/**
 * For jobs that need ffmpeg only to decode. The code that looks for it is loaded only
 * then.
 *
 * @param isNeeded also for something else than a full check of the package
 * @throws PackError `tool` when something is to be decoded and there is no ffmpeg
 */
export async function toolsToDecode(
  options: ToolPaths & Pick<DeliverOptions, "verify">,
  isNeeded = false,
): Promise<Tools | undefined> {
  if (options.verify !== "full" && !isNeeded) return undefined;
  const { findTools } = await import("../ffmpeg/find.js");
  return findTools(options);
}

async function requireProtectable({
  protection,
  resume = false,
}: Pick<PackOptions, "protection" | "resume">): Promise<void> {
  if (protection === undefined) return;
  const { protectionOf } = await import("../drm/index.js");
  protectionOf(protection);
  refuseKeptRungs(resume);
}

/** @throws PackError `usage` when encoded rungs of a protected package would be kept */
export function refuseKeptRungs(resume: boolean): void {
  if (!resume) return;
  throw new PackError(
    "usage",
    "--resume is given, and --protect. Expected one of them: encoded rungs that are kept for another run are not encrypted.",
    { facts: { option: "--resume" } },
  );
}
