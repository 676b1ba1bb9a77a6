import { isAbsolute, join, normalize } from "node:path";
import { PackError, type Failure } from "../errors.js";
import type {
  PackOptions,
  PackProgress,
  PackResult,
} from "../pipeline/options.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { packageName } from "../plan/package-name.js";
import type { Tools } from "../ffmpeg/find.js";
import { nameKey } from "../util/paths.js";

/** An input with more to say than its path. */
export interface BatchInput {
  readonly path: string;
  /** Base name of its package; default: the file's name without its extension. */
  readonly name?: string | undefined;
  /** What reports call it; default: its path as it was given. */
  readonly label?: string | undefined;
  /** Folder for its package in `output`, such as `series/first`; default: `output` itself. */
  readonly folder?: string | undefined;
}

/** One input of a batch, waiting for its turn. */
export interface BatchItem {
  readonly path: string;
  readonly name: string;
  /** Where its package goes in the output folder, when not there itself. */
  readonly folder?: string;
  /** What reports call it. */
  readonly input: string;
  /** Its place in the batch, from 1. */
  readonly number: number;
  /** Of how many; a watch folder cannot tell. */
  readonly total?: number;
}

/** What became of one input: plain data, for reports. */
export type ItemReport = {
  readonly input: string;
  readonly name: string;
  /** From its turn to its end. */
  readonly seconds: number;
} & (
  | ({ readonly state: "done" | "skipped" } & Packaged)
  | ({ readonly state: "failed" } & Failure)
  /** The batch was stopped before its turn, or in the middle of it. */
  | { readonly state: "stopped" }
);

/** A package that stands in its folder. */
export interface Packaged {
  readonly manifest: string;
  /** Of all its files together. */
  readonly bytes: number;
  readonly durationSeconds: number;
  readonly notes: readonly string[];
  /** Times of the source that could not be decoded. */
  readonly lost: PackResult["lost"];
}

/** The end of one input, with all that is known of it. */
export interface EndedItem {
  readonly report: ItemReport;
  /** When it is done or skipped. */
  readonly result?: PackResult;
  /** What was thrown, when it failed or was stopped. */
  readonly error?: unknown;
}

/** How the work on each input goes. With several jobs they come mixed. */
export interface BatchEvents {
  /** Told all inputs, in their order, before the work begins. */
  readonly onBegin?: ((items: readonly BatchItem[]) => void) | undefined;
  readonly onStart?: ((item: BatchItem) => void) | undefined;
  readonly onPlan?:
    ((item: BatchItem, plan: EncodePlan, tools: Tools) => void) | undefined;
  readonly onProgress?:
    ((item: BatchItem, progress: PackProgress) => void) | undefined;
  readonly onEnd?: ((item: BatchItem, ended: EndedItem) => void) | undefined;
}

/** What every input of a batch is packaged with. */
export interface ItemOptions
  extends Omit<PackOptions, "name" | "onPlan" | "onProgress">, BatchEvents {
  /** Each package gets a folder of its own, of its name. */
  readonly folderEach?: boolean | undefined;
}

/**
 * An input as an item of a batch.
 *
 * @throws PackError `usage` when its folder leads out of the output folder
 */
export function makeItem(
  input: string | BatchInput,
  number: number,
  total?: number,
  folderEach = false,
): BatchItem {
  const {
    path,
    name = packageName(path),
    label,
    ...rest
  }: BatchInput = typeof input === "string" ? { path: input } : input;
  // A name of dots alone is refused by the plan, and must lead nowhere before.
  const own = folderEach && !/^\.*$/.test(name) ? name : "";
  const folder = join(checkedFolder(rest), own);
  return {
    path,
    name,
    ...(folder !== "." && { folder }),
    input: label ?? path,
    number,
    ...(total !== undefined && { total }),
  };
}

/** @throws PackError `usage` */
function checkedFolder({ folder = "" }: Pick<BatchInput, "folder">): string {
  const way = normalize(folder);
  if (!isAbsolute(way) && way.split(/[\\/]/)[0] !== "..") return way;
  throw new PackError(
    "usage",
    `The folder of a package is "${folder}". Expected a path in the output folder.`,
    { facts: { found: folder } },
  );
}

/** What is the same for items whose packages would be one. */
export function packageKey({ folder = "", name }: BatchItem): string {
  return nameKey(join(folder, name));
}
