import { join, normalize } from "node:path";
import { PackError, type Failure } from "../errors.js";
import type {
  PackOptions,
  PackProgress,
  PackResult,
} from "../pipeline/options.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { packageName } from "../plan/package-name.js";
import type { Tools } from "../ffmpeg/find.js";
import { nameKey, staysBelow } from "../util/paths.js";

/** An input with more facts than its path. */
export interface BatchInput {
  readonly path: string;
  /** Base name of its package; default: the file's name without its extension. */
  readonly name?: string | undefined;
  /** Its name in reports; default: its path as given. */
  readonly label?: string | undefined;
  /** Folder for its package in `output`, such as `series/first`; default: `output` itself. */
  readonly folder?: string | undefined;
}

/** One input of a batch, waiting for its turn. */
export interface BatchItem {
  readonly path: string;
  readonly name: string;
  /**
   * The folder of its package below the output folder, when it is not the output folder
   * itself.
   */
  readonly folder?: string;
  /** Its name in reports. */
  readonly input: string;
  /** Its place in the batch, from 1. */
  readonly number: number;
  /** The number of items; unknown in a watch folder. */
  readonly total?: number;
}

/** The result of one input: plain data, for reports. */
export type ItemReport = {
  readonly input: string;
  readonly name: string;
  /** From the begin of its turn to its end. */
  readonly seconds: number;
} & (
  | ({ readonly state: "done" | "skipped" } & PackagedFilm)
  | ({
      readonly state: "failed";
      /** Of what `afterEach` could not do. */
      readonly notes?: readonly string[];
    } & Failure)
  /** The batch was stopped before or during its turn. */
  | { readonly state: "stopped" }
);

/** A package that stands in its folder. */
export interface PackagedFilm {
  readonly manifest: string;
  /** The sum of all its files. */
  readonly bytes: number;
  readonly durationSeconds: number;
  readonly notes: readonly string[];
  /** Times of the source that could not be decoded. */
  readonly lost: PackResult["lost"];
  /** Why it is skipped, in words. Default: it is the same package already. */
  readonly why?: string;
}

/** The end of one input, with all facts about it. */
export interface EndedItem {
  readonly report: ItemReport;
  /** The result, when it is done or skipped. */
  readonly result?: PackResult;
  /** The error, when it failed or was stopped. */
  readonly error?: unknown;
  /** What `afterEach` could not do, in words; the report has these notes too. */
  readonly notes?: readonly string[];
}

/** The progress of each input. With several jobs the events are mixed. */
export interface BatchEvents {
  /** Called with all inputs, in their order, before the work begins. */
  readonly onBegin?: ((items: readonly BatchItem[]) => void) | undefined;
  readonly onStart?: ((item: BatchItem) => void) | undefined;
  readonly onPlan?:
    ((item: BatchItem, plan: EncodePlan, tools: Tools) => void) | undefined;
  readonly onProgress?:
    ((item: BatchItem, progress: PackProgress) => void) | undefined;
  readonly onEnd?: ((item: BatchItem, ended: EndedItem) => void) | undefined;
}

/** The packaging options of every input of a batch. */
export interface ItemOptions
  extends Omit<PackOptions, "name" | "onPlan" | "onProgress">, BatchEvents {
  /** Each package gets a folder of its own, with the package's name. */
  readonly folderEach?: boolean | undefined;
  /**
   * Work that follows on each input that is done, skipped or failed; `onEnd` and the next input wait for it. It returns
   * notes about what it could not do, and must not reject: the result of the input is fixed.
   */
  readonly afterEach?:
    | ((item: BatchItem, ended: EndedItem) => Promise<readonly string[]>)
    | undefined;
}

/**
 * Makes an item of a batch from an input.
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
  // The plan refuses a name of only dots. Until then it must not lead to another
  // folder.
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
  if (staysBelow(way)) return way;
  throw new PackError(
    "usage",
    `The folder of a package is "${folder}". Expected a path in the output folder.`,
    { facts: { found: folder } },
  );
}

/** A key that is equal for items that would make the same package. */
export function packageKey({ folder = "", name }: BatchItem): string {
  return nameKey(join(folder, name));
}
