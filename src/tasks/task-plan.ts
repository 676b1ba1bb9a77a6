import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { messageOf, PackError } from "../errors.js";
import { ENGINES, type EncodeStep } from "../encode/index.js";
import type { EncoderBuild } from "../ffmpeg/encoder-build.js";
import type { PackOptions } from "../pipeline/options.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { isStoreAddress, parseAddress } from "../store/address.js";
import { requireObject } from "../store/objects.js";
import { openStore } from "../store/store.js";

/** Name of the plan in a work folder. */
export const PLAN_FILE = "plan.json";

/** All that a machine needs to know to do a step of a film. It is plain data, and holds no secret. */
export interface TaskPlan {
  readonly type: "mss-pack tasks";
  /** Of this shape; a change of it is a new number. */
  readonly form: typeof FORM;
  /** SHA-256 of all the rest, the first 32 digits in hex: another id, another package. */
  readonly id: string;
  /** Of mss-pack. */
  readonly version: string;
  readonly encoder: EncoderBuild;
  readonly source: SourceMark;
  readonly options: TaskOptions;
  readonly plan: EncodePlan;
}

const FORM = 2;

/** The source as it was when it was planned. */
export interface SourceMark {
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** What decides about the package beside the plan. */
export type TaskOptions = Pick<
  PackOptions,
  | "output"
  | "s3Endpoint"
  | "overwrite"
  | "verify"
  | "tfdt"
  | "formats"
  | "layout"
  | "ec3CodecData"
  | "salvage"
  | "stallTimeoutSeconds"
>;

/** The plan with its id. */
export function identified(
  plan: Omit<TaskPlan, "id" | "type" | "form">,
): TaskPlan {
  const { version, encoder, source, options } = plan;
  const known = { version, encoder, source, options, plan: plan.plan };
  // As it will be read back: fields that are undefined are gone.
  const text = JSON.stringify(known);
  const rest = JSON.parse(text) as typeof known;
  return { type: "mss-pack tasks", form: FORM, id: hashOf(text), ...rest };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/**
 * Reads a plan.
 *
 * @param path of its file
 * @throws PackError `input` when it is none, or was changed since it was made
 */
export async function readTaskPlan(path: string): Promise<TaskPlan> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new PackError(
      "input",
      `${path}: cannot be read (${messageOf(cause)}).`,
      {
        cause,
        facts: { file: path },
      },
    );
  });
  const plan = parsed(text);
  const fault = plan === undefined ? "is no plan of tasks" : faultOf(plan);
  if (fault === undefined) return plan as TaskPlan;
  throw new PackError("input", `${path}: ${fault}.`, {
    hint: "mss-pack plan FILM -o OUT --work FOLDER writes one.",
    facts: { file: path },
  });
}

function parsed(text: string): Partial<TaskPlan> | undefined {
  try {
    const value = JSON.parse(text) as Partial<TaskPlan> | null;
    return value?.type === "mss-pack tasks" ? value : undefined;
  } catch {
    return undefined;
  }
}

function faultOf(plan: Partial<TaskPlan>): string | undefined {
  const { form, id, version, encoder, source, options, plan: own } = plan;
  if (form !== FORM)
    return `has form ${form}, by mss-pack ${version}. Expected form ${FORM}`;
  const known = { version, encoder, source, options, plan: own };
  return id === hashOf(JSON.stringify(known))
    ? undefined
    : "was changed since it was made";
}

/** Every step of a plan, in the order of its numbers; a step needs only files of earlier ones. */
export function stepsOf({ plan }: TaskPlan): EncodeStep[] {
  return stagesOf(plan).flat();
}

/** The steps of each stage; those of one stage may run side by side. */
export function stagesOf(plan: EncodePlan): EncodeStep[][] {
  return ENGINES.local.stages(plan).filter((stage) => stage.length > 0);
}

/**
 * @param options of the store, for a source in one
 * @throws PackError `input` when there is no such file
 */
export async function markOf(
  path: string,
  options: Pick<TaskOptions, "s3Endpoint">,
): Promise<SourceMark> {
  if (isStoreAddress(path)) {
    const store = openStore({ endpoint: options.s3Endpoint });
    const found = await requireObject(store, parseAddress(path));
    return { bytes: found.sizeBytes, modified: found.modifiedMs };
  }
  const stats = await stat(path).catch((cause: unknown) => {
    throw new PackError(
      "input",
      `${path}: cannot be read (${messageOf(cause)}).`,
      {
        cause,
        facts: { file: path },
      },
    );
  });
  return { bytes: stats.size, modified: Math.round(stats.mtimeMs) };
}

/** @throws PackError `input` when the source is not the one that was planned */
export async function requireSource({
  source,
  plan,
  options,
}: TaskPlan): Promise<void> {
  const { path } = plan.source;
  const found = await markOf(path, options);
  if (found.bytes === source.bytes && found.modified === source.modified)
    return;
  throw new PackError("input", `${path}: has changed since it was planned.`, {
    hint: "Make a new plan.",
    facts: { file: path, expected: source, found },
  });
}
