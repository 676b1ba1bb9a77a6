import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { PackError, throwIfAborted } from "../errors.js";
import { findTools, type ToolPaths } from "../ffmpeg/find.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { findMends } from "../repair/find-mends.js";
import { findObstacles, type Obstacle } from "../repair/find-obstacles.js";
import { lookAtPackage } from "../repair/look-at-package.js";
import type { FoundMend } from "../repair/mend.js";
import type { SeenPackage } from "../repair/seen.js";
import { timelines } from "../repair/timeline.js";
import { isStoreAddress } from "../store/address.js";
import type { MuxInput } from "../tracks/read-track.js";
import { proveFrames, type TrackProof } from "./frame-proof.js";
import { muxChecked, type MuxOptions, type MuxResult } from "./mux.js";
import type { FinishedOptions } from "./options.js";

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
  /** What cannot be mended: with one of these, the package is refused. */
  readonly obstacles: readonly Obstacle[];
}

export interface RepairResult {
  readonly mends: readonly FoundMend[];
  /** The new package; left out when the old one needs no mend. */
  readonly repaired?: RepairedPackage;
}

export interface RepairedPackage extends MuxResult {
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
  const { output, signal, always = false, onProgress } = options;
  await refuseOwnFolder(ism, output);
  const tools = await findTools(toolPaths(options));
  const seen = await lookAt(ism, signal);
  const plan = planOf(ism, seen);
  requireMendable(plan);
  options.onPlan?.(plan);
  const { mends } = plan;
  if (mends.length === 0 && !always) return { mends };
  let proof: readonly TrackProof[] = [];
  const made = await muxChecked(
    inputsOf(ism, seen),
    muxOptions(options, seen),
    {
      async check(muxPlan, folder) {
        const onPart = (fraction: number) =>
          onProgress?.({ step: "verify", label: "compare", fraction });
        proof = await proveFrames(muxPlan, folder, {
          ...{ tools, signal, onProgress: onPart },
        });
      },
    },
  );
  return { mends, repaired: { ...made, proof } };
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

/** The package itself; without an .ism, its files. */
function inputsOf(ism: string, seen: SeenPackage): MuxInput[] {
  if (seen.server !== undefined) return [{ path: ism }];
  const media = seen.files.filter(({ tracks }) =>
    tracks.some(({ track }) => track.kind !== "textstream"),
  );
  return media.map(({ name }) => ({ path: join(dirname(ism), name) }));
}

function muxOptions(options: RepairOptions, seen: SeenPackage): MuxOptions {
  const { output, s3Endpoint, overwrite, verify, fsync } = options;
  const { ffmpegPath, ffprobePath, signal, onProgress } = options;
  const fragmentSeconds = usualLength(seen);
  return {
    ...{ output, s3Endpoint, overwrite, verify, fsync },
    ...{ ffmpegPath, ffprobePath, signal, onProgress },
    name: options.name ?? seen.name,
    salvage: true,
    ...(fragmentSeconds !== undefined && { fragmentSeconds }),
  };
}

/** Fragments keep their length, where it is not the usual two seconds. */
function usualLength(seen: SeenPackage): number | undefined {
  for (const { kind, begins } of timelines(seen)) {
    const lengths = begins
      .slice(1)
      .map((time, i) => Number(time - (begins[i] ?? 0n)) / SMOOTH_TIMESCALE);
    const usual = lengths.sort((a, b) => a - b)[lengths.length >> 1];
    if (kind !== "video" || usual === undefined) continue;
    const isUsual = usual > 1.5 && usual < 2.5;
    return isUsual ? undefined : Math.min(60, Math.max(0.5, usual));
  }
  return undefined;
}
