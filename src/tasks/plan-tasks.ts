import { join, resolve } from "node:path";
import { PackError } from "../errors.js";
import { encoderBuild } from "../ffmpeg/encoder-build.js";
import { isPackagePath, isUrl } from "../ffmpeg/input-options.js";
import type { PackOptions } from "../pipeline/options.js";
import { dryRun } from "../pipeline/probe-and-plan.js";
import { resolveOptions } from "../pipeline/resolve-options.js";
import { isStoreAddress } from "../store/address.js";
import { exists } from "../util/files.js";
import { version } from "../util/install.js";
import { STEPS } from "./records.js";
import { RESULT } from "./open-plan.js";
import {
  identified,
  markOf,
  PLAN_FILE,
  readTaskPlan,
  type TaskPlan,
} from "./task-plan.js";
import { workFolder } from "./work-folder.js";
import type { WorkStore } from "./work-store.js";

export interface PlannedTasks {
  /** Path of the plan's file. */
  readonly path: string;
  readonly tasks: TaskPlan;
  /** The package stands there already, the same. */
  readonly isDone: boolean;
}

/**
 * Plans a film for many machines, and writes the plan into a work folder that all of them see. What earlier steps of
 * the same plan have left there is kept; of another plan it is removed.
 *
 * @param work the folder, made when it is missing; or which one a plan with this id has
 * @throws PackError as pack does before its work; `usage` for what cannot be shared
 */
export async function planTasks(
  input: string,
  options: PackOptions,
  work: string | ((id: string) => string),
): Promise<PlannedTasks> {
  const { overwrite, verify, tfdt, layout, ec3CodecData, s3Endpoint } = options;
  const { salvage, stallTimeoutSeconds, signal } = options;
  refuse(input, options);
  const resolved = await resolveOptions({ ...options, skipExisting: true });
  const { preset, formatNames } = resolved;
  const formats = options.formats ?? (preset.formats && formatNames);
  const isCut = options.pieces !== "off" && !resolved.salvage;
  const pieceLength = resolved.pieceLength ?? (isCut ? "suitable" : undefined);
  const inPieces = { ...resolved, pieceLength };
  const found = await dryRun(input, { ...inPieces, target: inPieces }, false);
  const tasks = identified({
    ...{ version: version(), plan: found.plan },
    encoder: await encoderBuild(resolved.tools, signal),
    source: await markOf(found.plan.source.path, { s3Endpoint }),
    options: {
      ...{ output: resolved.folder, overwrite, verify, tfdt, layout },
      ...{ s3Endpoint, formats, ec3CodecData, salvage, stallTimeoutSeconds },
    },
  });
  const folder = typeof work === "string" ? work : work(tasks.id);
  const path = join(resolve(folder), PLAN_FILE);
  const old = await oldPlan(path);
  const isSame = old?.id === tasks.id;
  if (found.refusal && !(isSame && isOwn(found.refusal))) throw found.refusal;
  await keepOrClear(path, tasks, isSame, found.isSkipped);
  return { path, tasks, isDone: found.isSkipped };
}

async function oldPlan(path: string): Promise<TaskPlan | undefined> {
  return (await exists(path))
    ? readTaskPlan(path).catch(() => undefined)
    : undefined;
}

/**
 * A film that has this plan already may be placing its files in this moment, or was killed in it: its last
 * step knows which files are its own, and refuses others.
 */
function isOwn({ code }: PackError): boolean {
  return code === "exists";
}

/** Of another plan, or of a package that is gone, nothing is kept. */
async function keepOrClear(
  path: string,
  tasks: TaskPlan,
  isSame: boolean,
  isDone: boolean,
): Promise<void> {
  const store: WorkStore = workFolder(resolve(path, ".."));
  if (!isSame) await store.remove(STEPS);
  if (!isSame || !isDone) await store.remove(RESULT);
  if (!isSame)
    await store.write(PLAN_FILE, JSON.stringify(tasks, undefined, 1));
}

function refuse(
  input: string,
  { protection, resume = false }: PackOptions,
): void {
  if (protection !== undefined) throw noProtection();
  if (resume)
    throw new PackError(
      "usage",
      "--resume is given for work on many machines. Expected none: each finished step is kept anyway.",
    );
  if (isPackagePath(input))
    throw new PackError(
      "usage",
      `${input}: is a package. Expected a film for work on many machines.`,
      { hint: "One machine encodes a package: mss-pack old.ism -o out/." },
    );
  if (isUrl(input) && !isStoreAddress(input))
    throw new PackError(
      "usage",
      `${input}: is an address. Expected a file that all machines see under the same path, or one in a store.`,
    );
}

/** The error for a package that many machines shall make, and that shall be protected. */
export function noProtection(): PackError {
  return new PackError(
    "usage",
    "--protect is given for work on many machines. Expected a clear package: what is encoded lies unencrypted in the work folder.",
    { hint: "mss-pack protect encrypts the finished package." },
  );
}
