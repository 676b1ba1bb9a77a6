import { codecNamed } from "../codecs/index.js";
import { protectionOf, type ProtectionRequest } from "../drm/index.js";
import {
  derivedIvs,
  randomIvs,
  type ProtectedSamples,
} from "../drm/protected-samples.js";
import { PackError } from "../errors.js";
import type { Track } from "../media/track.js";
import { scanSamples, type ScannedSamples } from "./scan-samples.js";
import { stat } from "node:fs/promises";
import { exactIdentityOf } from "../util/file-identity.js";

/** A file to write. */
interface Unprotected {
  /** Its name in the package. */
  readonly file: string;
  readonly track: Track;
}

/** A track whose samples are encrypted while they are written. */
export interface ProtectedTrack extends Track {
  readonly protection: ProtectedSamples;
}

/**
 * Gives each track the data for writing it protected.
 *
 * @throws PackError `usage` for a request that cannot be written, `input` or
 * `unsupported` for samples that cannot be protected, `aborted` when the signal fired,
 * and errors of the system
 */
export async function protectTracks<F extends Unprotected>(
  files: readonly F[],
  request: ProtectionRequest,
  signal: AbortSignal | undefined,
): Promise<(F & { readonly track: ProtectedTrack })[]> {
  files.forEach(requireProtectable);
  const common = protectionOf(request);
  const options = { isHashed: request.reproducible ?? false, signal };
  const scanned: ScannedSamples[] = [];
  for (const { file, track } of files)
    scanned.push(await scanSamples(track, file, options));
  const firstIvs = options.isHashed
    ? derivedIvs(
        common.key,
        files.map((file, i) => described(file, scanned[i])),
      )
    : randomIvs(files.map(({ track }) => track.samples.count));
  return files.map((file, i) => ({
    ...file,
    track: {
      ...file.track,
      protection: {
        ...common,
        firstIv: firstIvs[i] ?? 0n,
        subsamples: scanned[i]?.subsamples,
      },
    },
  }));
}

/** @throws PackError `unsupported` for a codec whose samples are not encrypted */
function requireProtectable({ file, track }: Unprotected): void {
  const { label, whyClear } = codecNamed(track.codec);
  if (whyClear === undefined) return;
  throw new PackError(
    "unsupported",
    `${file}: is ${label}, which mss-pack does not encrypt: ${whyClear}. Expected H.264.`,
    { hint: "mss-pack FILE -o FOLDER encodes it to H.264." },
  );
}

function described(
  { file, track }: Unprotected,
  scanned: ScannedSamples | undefined,
) {
  const content = scanned?.content;
  if (content === undefined) throw new RangeError(`${file}: no hash`);
  return { count: track.samples.count, identity: file, content };
}

/**
 * Does work that reads files twice, once for their hash and once to encrypt them. If a
 * file changed in between, vectors made of its hash would hide other content, and anyone
 * with both packages could read it. So the files must not change from before the first
 * read until after the second. Random vectors need no such care.
 *
 * @throws PackError `input` when a file has changed
 */
export async function whileUnchanged<T>(
  paths: readonly string[],
  request: Pick<ProtectionRequest, "reproducible"> | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!request?.reproducible) return work();
  const before = new Map<string, string>();
  for (const path of paths) before.set(path, await lookAt(path));
  const result = await work();
  for (const [path, seen] of before)
    if ((await lookAt(path)) !== seen) throw changed(path);
  return result;
}

/**
 * The file's identity and its last write. The time of its last change of any kind cannot
 * be set back.
 */
async function lookAt(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (stats === undefined) return "gone";
  return `${exactIdentityOf(stats)} ${stats.ctimeNs}`;
}

function changed(path: string): PackError {
  return new PackError(
    "input",
    `${path}: changed while it was encrypted. Expected the same bytes: with --reproducible, initialization vectors are made of them.`,
    {
      hint: "Wait until the file is complete, and run the same command again. Nothing was published.",
      facts: { file: path },
    },
  );
}
