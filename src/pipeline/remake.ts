import { basename, dirname, join, resolve } from "node:path";
import type { ProtectionRequest } from "../drm/index.js";
import { hasFragments } from "../isobmff/read-movie.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { findMends } from "../repair/find-mends.js";
import { lookAtPackage } from "../repair/look-at-package.js";
import type { SeenPackage } from "../repair/seen.js";
import { timelines } from "../repair/timeline.js";
import { kindAt, packageFilesBeside } from "../smooth/package-files.js";
import { readServer } from "../smooth/read-package.js";
import { isPlainName } from "../smooth/server-manifest.js";
import { mux, type MuxOptions } from "./mux.js";
import type { Delivered, FinishedOptions } from "./options.js";

/**
 * Are its media no files beside the .ism with fragments, which can be edited? Azure kept plain MP4s and folders of
 * fragments, others a folder below.
 *
 * @throws PackError `input` for an .ism or a file that cannot be read
 */
export async function needsRemake(ism: string): Promise<boolean> {
  const files = packageFilesBeside(ism);
  const { tracks } = await readServer(basename(ism), files);
  for (const src of new Set(tracks.map((track) => track.src))) {
    if (!isPlainName(src)) return true;
    const path = join(dirname(resolve(ism)), src);
    const kind = await kindAt(path);
    if (kind === "folder") return true;
    if (kind === "file" && !(await hasFragments(path))) return true;
  }
  return false;
}

export interface RemakeOptions extends FinishedOptions {
  readonly protection?: ProtectionRequest | undefined;
}

/**
 * Makes a package of ours of one in the clear of any layout, by the walk of mux. The media are not encoded.
 *
 * @throws PackError the errors of mux
 */
export async function remakePackage(
  ism: string,
  { protection, ...options }: RemakeOptions,
): Promise<Delivered> {
  const seen = await lookAtPackage(resolve(ism), { isWhole: true });
  const { plan, ...made } = await mux([{ path: ism }], {
    ...remakeOptions(options, seen),
    // It is HEVC already, and stays so.
    ...{ allowHevc: true, protection },
  });
  return {
    ...made,
    notes: [...remakeNotes(seen), ...plan.notes, ...made.notes],
  };
}

/** The layouts that are not kept. */
const TOLD: readonly string[] = ["plain-mp4", "fragment-folder"];

function remakeNotes(seen: SeenPackage): string[] {
  const notes = findMends(seen)
    .filter(({ id }) => TOLD.includes(id))
    .map(({ wrong, mend }) => `${wrong}: ${mend}`);
  const isBelow = seen.files.some(({ name }) => !isPlainName(name));
  return isBelow
    ? [
        ...notes,
        "media lie in a folder below the .ism: the new files lie beside it",
      ]
    : notes;
}

/** Options of mux for a package that is remade as it is. */
export function remakeOptions(
  options: FinishedOptions & { readonly name?: string | undefined },
  seen: SeenPackage,
): MuxOptions {
  const { output, s3Endpoint, overwrite, verify, fsync } = options;
  const { ffmpegPath, ffprobePath, signal, onProgress } = options;
  const fragmentSeconds = usualLength(seen);
  return {
    ...{ output, s3Endpoint, overwrite, verify, fsync },
    ...{ ffmpegPath, ffprobePath, signal, onProgress },
    name: options.name ?? seen.name,
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
