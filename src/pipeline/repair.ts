import { realpath } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { PackError, throwIfAborted } from "../errors.js";
import { findTools, type ToolPaths, type Tools } from "../ffmpeg/find.js";
import { findLeft, findMends } from "../repair/find-mends.js";
import { findObstacles, type Obstacle } from "../repair/find-obstacles.js";
import { lookAtPackage } from "../repair/look-at-package.js";
import type { FoundMend } from "../repair/mend.js";
import { isProtectedPackage } from "../repair/protected.js";
import type { SeenPackage } from "../repair/seen.js";
import type { Stamp } from "../output/stamp.js";
import { isStoreAddress } from "../store/address.js";
import { proveFrames, type TrackProof } from "./frame-proof.js";
import { stampOfPackage } from "./repair-stamp.js";
import { muxChecked } from "./mux.js";
import type { MuxPlan } from "./mux-plan.js";
import type { Delivered, FinishedOptions } from "./options.js";
import { remakeOptions } from "./remake.js";
import { repairProtected } from "./repair-protected.js";

export interface RepairOptions extends FinishedOptions {
  /** Base name of the new package; default: that of the old one. */
  readonly name?: string | undefined;
  /** Remake the package also when it needs no mend. Default: nothing is written then. */
  readonly always?: boolean | undefined;
  /** Called with the mends before anything is written. */
  readonly onPlan?: ((plan: RepairPlan) => void) | undefined;
}

/** What repair would do with a package. */
export interface RepairPlan {
  /** The .ism, as given. */
  readonly input: string;
  /** Base name of the package. */
  readonly name: string;
  readonly mends: readonly FoundMend[];
  /** What stays as it is in a protected package, because only its key would let it be mended. */
  readonly left: readonly FoundMend[];
  /** What cannot be mended: with one of these, the package is refused. */
  readonly obstacles: readonly Obstacle[];
}

export interface RepairResult {
  readonly mends: readonly FoundMend[];
  /** The new package; left out when the old one needs no mend. */
  readonly repaired?: RepairedPackage;
}

export interface RepairedPackage extends Delivered {
  /** Base name of the package. */
  readonly name: string;
  /** How it was made; left out for a protected package, which is mended as it stands. */
  readonly plan?: MuxPlan;
  /** Of each picture and sound track: that its frames are those of the old one. */
  readonly proof: readonly TrackProof[];
}

/**
 * Which mends a package of any maker needs, by all of its fragments. Nothing is written.
 *
 * @param ism its server manifest; it may be lost, its files then begin with its name
 * @throws PackError `input` when there is no package
 */
export async function planRepair(
  ism: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RepairPlan> {
  return planOf(ism, await lookAt(ism, signal));
}

async function lookAt(
  ism: string,
  signal: AbortSignal | undefined,
): Promise<SeenPackage> {
  throwIfAborted(signal);
  return lookAtPackage(resolve(ism), { isWhole: true });
}

function planOf(ism: string, seen: SeenPackage): RepairPlan {
  return {
    ...{ input: ism, name: seen.name },
    mends: findMends(seen),
    left: findLeft(seen),
    obstacles: findObstacles(seen),
  };
}

/**
 * Makes a sound package of one that some clients cannot play, into another folder. The media are not encoded:
 * each frame is proved to be the old one. The old package is not changed.
 *
 * @param ism its server manifest; it may be lost, its files then begin with its name
 * @throws PackError `input` or `unsupported` for a package that cannot be mended, `usage` when it would be written into
 * its own folder, `verify` when a frame differs, and the errors of mux
 */
export async function repair(
  ism: string,
  options: RepairOptions,
): Promise<RepairResult> {
  const { output, signal, always = false } = options;
  await refuseOwnFolder(ism, output);
  const tools = await findTools(toolPaths(options));
  const seen = await lookAt(ism, signal);
  const plan = planOf(ism, seen);
  requireMendable(plan);
  options.onPlan?.(plan);
  const { mends } = plan;
  if (mends.length === 0 && !always) return { mends };
  const stamp = await stampOfPackage(resolve(ism), seen, signal);
  const name = options.name ?? seen.name;
  if (isProtectedPackage(seen)) {
    const mended = await repairProtected(ism, seen, { ...options, stamp });
    const notes = [...plan.left.map(leftNote), ...mended.notes];
    return { mends, repaired: { ...mended, name, notes } };
  }
  const repaired = await repairClear(ism, seen, { ...options, stamp }, tools);
  return { mends, repaired };
}

function leftNote({ wrong, places: [first] }: FoundMend): string {
  const where = [first?.file, first?.detail].filter((word) => word);
  return `${wrong} (${where.join(": ")}): it stays so, as only the key would let it be mended; mss-pack unprotect first`;
}

/** The walk of mux. */
async function repairClear(
  ism: string,
  seen: SeenPackage,
  options: RepairOptions & { readonly stamp: Stamp },
  tools: Tools,
): Promise<RepairedPackage> {
  const { signal, onProgress, stamp } = options;
  let proof: readonly TrackProof[] = [];
  const made = await muxChecked(
    [{ path: ism }],
    { ...remakeOptions(options, seen), salvage: true },
    {
      stamp,
      ...(seen.server === undefined && { server: seen }),
      async check(muxPlan, folder) {
        const onPart = (fraction: number) =>
          onProgress?.({ step: "verify", label: "compare", fraction });
        proof = await proveFrames(muxPlan, folder, {
          ...{ tools, signal, onProgress: onPart },
        });
      },
    },
  );
  const notes = [...made.plan.notes, ...made.notes];
  return { ...made, name: made.plan.name, notes, proof };
}

function toolPaths({ ffmpegPath, ffprobePath }: ToolPaths): ToolPaths {
  return { ffmpegPath, ffprobePath };
}

/** @throws PackError `usage` when the new package would lie beside the old one */
async function refuseOwnFolder(ism: string, output: string): Promise<void> {
  if (isStoreAddress(output)) return;
  const real = (path: string) => realpath(path).catch(() => resolve(path));
  const [own, target] = [await real(dirname(ism)), await real(output)];
  if (own !== target) return;
  throw new PackError(
    "usage",
    `-o ${output}: is the folder of ${basename(ism)}. Expected another folder: repair does not change the package that it is given.`,
    { facts: { option: "--output", found: output } },
  );
}

/** @throws PackError `input` or `unsupported` when something cannot be mended */
export function requireMendable({ input, obstacles }: RepairPlan): void {
  const [first] = obstacles;
  if (first === undefined) return;
  const { id, file, why, hint } = first;
  const alike = obstacles.filter((other) => other.id === id).length - 1;
  const more = alike > 0 ? ` (and ${alike} more)` : "";
  throw new PackError(
    id === "codec" ? "unsupported" : "input",
    `${input}: cannot be repaired: ${file} ${why}${more}.`,
    { hint, facts: { obstacles } },
  );
}
