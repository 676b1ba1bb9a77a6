import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ProtectionRequest } from "../drm/index.js";
import { PackError, throwIfAborted } from "../errors.js";
import type { ToolPaths } from "../ffmpeg/find.js";
import type { LayoutName } from "../mux/track-boxes.js";
import { writeTrackFiles } from "../mux/track-file.js";
import { startThreads, type Threads } from "../mux/write-threads.js";
import { checkedName, packageName } from "../plan/package-name.js";
import type { MuxInput } from "../tracks/source-track.js";
import { deliver, type Delivery, finishedMedia } from "./deliver.js";
import { readInputs } from "./mux-inputs.js";
import { planMux, type MuxPlan } from "./mux-plan.js";
import type { Delivered, DeliverOptions } from "./options.js";
import { protectionNotes } from "./protected-package.js";
import { requireProtectable } from "./requirements.js";

export interface MuxOptions
  extends
    Omit<DeliverOptions, "resume" | "skipExisting" | "format">,
    ToolPaths {
  /** Base name of the package; default: the first file's name without its extension. */
  readonly name?: string | undefined;
  /** Wanted length of a fragment, 0.5 to 60 s; key frames decide. Default 2. */
  readonly fragmentSeconds?: number | undefined;
  /** Write a tfdt box beside each tfxd, for generic MP4 tools. */
  readonly tfdt?: boolean | undefined;
  /** How fragments are laid out; `expression-encoder` is for players of that time. Default `standard`. */
  readonly layout?: LayoutName | undefined;
  /** Encrypt all tracks. */
  readonly protection?: ProtectionRequest | undefined;
  /** Wait until all is on the disk. Default true: a power cut never leaves a package of holes. */
  readonly fsync?: boolean | undefined;
  /** Told what will be written before the work begins. */
  readonly onPlan?: ((plan: MuxPlan) => void) | undefined;
}

export interface MuxResult extends Delivered {
  readonly plan: MuxPlan;
}

/**
 * Makes a Smooth Streaming package of finished MP4s without encoding: each
 * picture track becomes an .ismv, each sound track an .isma. All of it is
 * checked before a byte is written.
 *
 * @throws PackError `input` for files that cannot be read, `mux` for tracks that cannot be one package as they are,
 * `usage`, `verify`, `output`, `exists` or `aborted`; nothing half-written is left behind
 */
export async function remux(
  inputs: readonly (string | MuxInput)[],
  options: MuxOptions,
): Promise<MuxResult> {
  const files = inputs.map((input) =>
    typeof input === "string" ? { path: input } : input,
  );
  await requireProtectable(options);
  const threads = startThreads(
    await bytesOf(files),
    options.protection !== undefined,
  );
  try {
    const plan = await prepareMux(files, options);
    const delivered = await deliver(
      await deliveryOf(plan, files, threads, options),
      options,
    );
    return { ...delivered, plan };
  } finally {
    await threads.close();
  }
}

async function deliveryOf(
  plan: MuxPlan,
  inputs: readonly MuxInput[],
  threads: Threads,
  options: MuxOptions,
): Promise<Delivery> {
  return {
    ...(await finishedMedia(plan.name, options)),
    files: filesOf(plan),
    sources: inputs.map(({ path }) => resolve(path)),
    neededBytes: plan.bytes,
    protection: options.protection,
    async writeTracks({ work, signal }) {
      options.onPlan?.(plan);
      const planned = plan.tracks.map(({ source: { track }, ...named }) => ({
        ...{ ...named, track },
        path: join(work, named.file),
      }));
      const tracks = await writeTrackFiles(planned, {
        ...{ tfdt: options.tfdt, layout: options.layout },
        protection: options.protection,
        ...{ fsync: options.fsync, threads, signal },
        onProgress: (fraction) =>
          options.onProgress?.({ step: "mux", label: "package", fraction }),
      });
      return { tracks, lost: [], notes: protectionNotes(tracks) };
    },
  };
}

/** Of all files that are there; those that are not are told of by whoever reads them. */
async function bytesOf(inputs: readonly MuxInput[]): Promise<number> {
  const sizes = inputs.map(({ path }) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function prepareMux(
  inputs: readonly MuxInput[],
  {
    name,
    fragmentSeconds = 2,
    signal,
  }: Pick<MuxOptions, "name" | "fragmentSeconds" | "signal">,
): Promise<MuxPlan> {
  throwIfAborted(signal);
  const [first] = inputs;
  if (first === undefined)
    throw new PackError("usage", "No input. Expected MP4 files.");
  requireLength(fragmentSeconds);
  const base = checkedName(name ?? packageName(first.path));
  return planMux(await readInputs(inputs, signal), base, fragmentSeconds);
}

/** Players load a fragment before they show the first picture of it. */
function requireLength(seconds: number): void {
  if (seconds >= 0.5 && seconds <= 60) return;
  throw new PackError(
    "usage",
    `--fragment is ${seconds}. Expected seconds from 0.5 to 60.`,
    { facts: { option: "--fragment", found: seconds } },
  );
}

function filesOf({ name, tracks }: MuxPlan): string[] {
  return [...tracks.map(({ file }) => file), `${name}.ismc`, `${name}.ism`];
}
