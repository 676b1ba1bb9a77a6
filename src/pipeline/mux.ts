import { join, resolve } from "node:path";
import type { ProtectionRequest } from "../drm/index.js";
import { PackError, throwIfAborted } from "../errors.js";
import type { TrackFile } from "../media/presentation.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import type { LayoutName } from "../mux/layouts.js";
import { startThreads, type Threads } from "../mux/write-threads.js";
import { bytesOfSources } from "../isobmff/media-source.js";
import type { Tools } from "../ffmpeg/find.js";
import { withOutput, type OutputFolder } from "../output/output-folder.js";
import { jobWithoutSource } from "../output/stamp.js";
import { sidecarFiles } from "../plan/encode-plan.js";
import { checkedName, packageName } from "../plan/package-name.js";
import { isPackage, type MuxInput } from "../tracks/read-track.js";
import { bothOrStop } from "../util/lanes.js";
import {
  cutsOf,
  plannedCaptions,
  plannedText,
  type CaptionSettings,
} from "./captions.js";
import type { ServerManifest } from "../smooth/server-manifest.js";
import { withCodecData, type CodecData } from "../smooth/presentation.js";
import { AS_TAKEN, finishPackage } from "./finish-package.js";
import {
  DEFAULT_SECONDS,
  lengthNotes,
  requireFragmentLength,
} from "./fragment-lengths.js";
import {
  packageFiles,
  preload,
  writeManifests,
  writeTracks,
} from "./formats.js";
import {
  captionedInputs,
  leftOutCaptions,
  readInsideInputs,
} from "./inside-inputs.js";
import { clockOf, inputZeroOf } from "./mux-clock.js";
import type { MuxHooks } from "./mux-hooks.js";
import { planMux, type MuxPlan } from "./mux-plan.js";
import {
  areThumbnailsAsked,
  planMuxSidecars,
  writeMuxSidecars,
} from "./mux-sidecars.js";
import type { OpenedInputs } from "./package-inputs.js";
import type { Delivered, DeliverOptions, FinishedOptions } from "./options.js";
import { protectionNotes } from "./protected-package.js";
import { resolveTarget, toolsToDecode, type Target } from "./target.js";

export interface MuxOptions extends FinishedOptions, CaptionSettings {
  /** Base name of the package; default: the first file's name without its extension. */
  readonly name?: string | undefined;
  /** Wanted length of a fragment, 0.5 to 60 s; key frames decide. Default 2. */
  readonly fragmentSeconds?: number | undefined;
  /** Write a tfdt box beside each tfxd, for generic MP4 tools. */
  readonly tfdt?: boolean | undefined;
  /** Layout of fragments; `expression-encoder` is for players of that time. Default `standard`. */
  readonly layout?: LayoutName | undefined;
  /**
   * CodecPrivateData of E-AC-3 and AC-3; `none` is for old Androids, whose decoders fail on
   * it. Default `full`.
   */
  readonly ec3CodecData?: CodecData | undefined;
  /**
   * Take files that are cut off as far as all of them are whole, with a note of what is lost. Default: they
   * are refused.
   */
  readonly salvage?: boolean | undefined;
  /** Also take HEVC, which Kodi and N_m3u8DL-RE read, and no player in a browser. Default: it is refused. */
  readonly allowHevc?: boolean | undefined;
  /**
   * Seconds between small pictures of the film for the seek bars of players, 1 to 3600; ffmpeg
   * makes them. Default: there are none.
   */
  readonly thumbnailSeconds?: number | undefined;
  /** Manifests beside those of Smooth Streaming, over the same files. Default `["smooth"]`. */
  readonly formats?: DeliverOptions["formats"];
  /** Encrypt all tracks. */
  readonly protection?: ProtectionRequest | undefined;
  /** Called with the plan before the work begins. */
  readonly onPlan?: ((plan: MuxPlan) => void) | undefined;
}

export interface MuxResult extends Delivered {
  readonly plan: MuxPlan;
}

/**
 * Makes a Smooth Streaming package of finished MP4s without encoding: each picture track
 * becomes an .ismv, each sound track an .isma. All inputs are checked before a byte is
 * written.
 *
 * @throws PackError `input` for files that cannot be read, `unsupported` for tracks that cannot be one package as they are,
 * `usage`, `verify`, `output`, `exists` or `aborted`; nothing half-written is left behind
 */
export async function mux(
  inputs: readonly (string | MuxInput)[],
  options: MuxOptions,
): Promise<MuxResult> {
  return muxChecked(inputs, options, {});
}

/** {@link mux}, for jobs that go its way. */
export async function muxChecked(
  inputs: readonly (string | MuxInput)[],
  options: MuxOptions,
  hooks: MuxHooks,
): Promise<MuxResult> {
  const files = inputs.map((input) =>
    typeof input === "string" ? { path: input } : input,
  );
  const hasPictures = await areThumbnailsAsked(options);
  const tools = await toolsToDecode(options, hasPictures);
  const target = await resolveTarget(options, tools);
  const isProtected = options.protection !== undefined;
  const opened = await openInputs(files, hooks.server);
  const { inputs: media, text, sources } = opened;
  const bytes = await bytesOfSources(media.map(({ path }) => path));
  const start = () => startThreads(bytes, isProtected);
  // Captions have a thread of their own, which ends with the plan: both together take more memory.
  const hasText = hasCaptions(options) || text.length > 0;
  let threads = hasText ? undefined : start();
  try {
    const plan = await prepareMux(files, opened, options, target);
    threads ??= start();
    const job = { options, target, threads, tools, hooks };
    const made = await makePackage(plan, sources, job);
    return { ...made, plan };
  } finally {
    await threads?.close();
  }
}

/** Packages are rare: the code that reads their manifests is loaded for them only. */
async function openInputs(
  files: readonly MuxInput[],
  lost: ServerManifest | undefined,
): Promise<OpenedInputs> {
  if (files.some(isPackage)) {
    const { openPackages } = await import("./package-inputs.js");
    return openPackages(files, lost);
  }
  const sources = files.map(({ path }) => resolve(path));
  return { inputs: files, text: [], chapters: [], sources, notes: [] };
}

const hasCaptions = ({ captions = [] }: CaptionSettings) => captions.length > 0;

interface MuxJob {
  readonly options: MuxOptions;
  readonly target: Target;
  readonly threads: Threads;
  /** They are there when ffmpeg is needed. */
  readonly tools: Tools | undefined;
  readonly hooks: MuxHooks;
}

async function makePackage(
  plan: MuxPlan,
  sources: readonly string[],
  { threads, options, target, tools, hooks }: MuxJob,
): Promise<Delivered> {
  const { formats, protection } = target;
  const { name } = plan;
  const text = plan.text.flatMap(({ rungs }) => rungs);
  const trackFiles = [...plan.tracks, ...text].map(({ file }) => file);
  const others = [...trackFiles, ...sidecarFiles(plan)];
  const files = packageFiles(formats, name, others);
  const place = {
    ...target,
    ...{ files, sources, job: jobWithoutSource(name), difference: undefined },
    neededBytes: plan.bytes,
    isSecret: protection !== undefined,
    prepare: protection?.keepKey,
  };
  return withOutput(place, async (out) => {
    options.onPlan?.(plan);
    const tracks = withCodecData(
      await writePlanned(plan, out, threads, options, target),
      target,
    );
    const isProtected = protection !== undefined;
    const { sidecars, notes: more } = await writeMuxSidecars(
      ...([plan, tracks, out, tools, isProtected] as const),
    );
    const { stamp } = hooks;
    await writeManifests(formats, { name, tracks, sidecars, stamp }, out.work);
    await hooks.check?.(plan, out.work);
    const notes = [...protectionNotes(tracks), ...more];
    const written = { name, files, tracks, lost: [], notes };
    return finishPackage({ ...written, decodeHint: AS_TAKEN }, out, target);
  });
}

async function writePlanned(
  { tracks, text }: MuxPlan,
  { work, encoded, signal }: OutputFolder,
  threads: Threads,
  { fsync }: MuxOptions,
  { formats, tfdt, layout, protection, onProgress }: Target,
): Promise<TrackFile[]> {
  const planned = tracks.map(({ source: { track }, ...named }) => ({
    ...{ ...named, track },
    path: join(work, named.file),
  }));
  const captions = await plannedText(
    ...([text, cutsOf(planned[0]), encoded, work] as const),
  );
  return writeTracks(formats, [...planned, ...captions], {
    ...{ tfdt, layout, protection, fsync, threads, signal },
    onProgress(fraction) {
      // Not before the first part: while this thread loads code, it starts no other one.
      preload(formats);
      onProgress?.({ step: "mux", label: "package", fraction });
    },
  });
}

async function prepareMux(
  [first]: readonly MuxInput[],
  { inputs, text, chapters, notes: openedNotes }: OpenedInputs,
  options: MuxOptions,
  { formats }: Pick<Target, "formats">,
): Promise<MuxPlan> {
  const { name, fragmentSeconds, signal } = options;
  throwIfAborted(signal);
  if (first === undefined)
    throw new PackError("usage", "No input. Expected MP4 files.");
  const seconds = fragmentSeconds ?? DEFAULT_SECONDS;
  requireFragmentLength(seconds);
  const base = checkedName(name ?? packageName(first.path));
  const clock = clockOf(inputs, options);
  const film = {
    ...{ path: first.path, name: base },
    seconds: async () => (await clock).end / SMOOTH_TIMESCALE,
    inside: async () =>
      captionedInputs(inputs, inputZeroOf(await clock), options),
    ...(text.length > 0 && {
      async packaged() {
        const { packagedCaptions } = await import("./package-captions.js");
        return packagedCaptions(text, inputZeroOf(await clock), signal);
      },
    }),
  };
  // A thread of its own reads captions while this one reads tables and key frames.
  const [{ plan, inside }, { streams, notes }] = await bothOrStop(
    async (stop) => {
      const planned = await planMux(await clock, base, seconds);
      // This thread has nothing else to do until the captions are read.
      if (hasCaptions(options)) preload(formats);
      return { plan: planned, inside: await readInsideInputs(inputs, stop) };
    },
    (stop) => plannedCaptions(options, film, stop),
    signal,
  );
  const lengths =
    fragmentSeconds === undefined ? [] : lengthNotes(plan, seconds);
  const { thumbnailSeconds } = options;
  const sidecars = await planMuxSidecars(
    plan,
    chapters.length > 0 ? { chapters } : inside,
    thumbnailSeconds,
  );
  const all = [
    ...[...openedNotes, ...plan.notes, ...lengths],
    ...leftOutCaptions(inside, options, text),
    ...[...notes, ...inside.notes, ...sidecars.notes],
  ];
  return { ...plan, ...sidecars.plan, text: streams, notes: all };
}
