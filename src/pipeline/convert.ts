import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ContentKey } from "../drm/content-key.js";
import { PackError } from "../errors.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { withOutput, type OutputFolder } from "../output/output-folder.js";
import { jobWithoutSource } from "../output/stamp.js";
import { checkedName, packageName } from "../plan/package-name.js";
import { placeIn } from "../store/address.js";
import { isEncrypted, withClearPackage } from "./clear-package.js";
import { readFilm, readCaptionFilm } from "./convert-film.js";
import type { Conversion } from "./conversion.js";
import { CONVERSIONS } from "./conversions.js";
import type { ConvertTarget } from "./convert-targets.js";
import type { FinishedOptions } from "./options.js";
import { requireRow, resolveTarget, type Target } from "./target.js";

export interface ConvertOptions extends Omit<FinishedOptions, "verify"> {
  /**
   * What the package becomes: `cmaf`, files with manifests of DASH and HLS; `mp4`, one file; `srt` or `vtt`, its captions
   * alone.
   */
  readonly to: ConvertTarget;
  /** Base name of the files; default: the package's. */
  readonly name?: string | undefined;
  /** With `mp4`: the picture of this height, such as `720p`. Default: the highest bitrate. */
  readonly rung?: string | undefined;
  /**
   * Of a protected package: all that is written is in the clear. Without it, `cmaf` keeps the package encrypted, and
   * `mp4` is refused.
   */
  readonly contentKey?: ContentKey | undefined;
  /** With `cmaf`: keep a protected package encrypted, though there is a key. */
  readonly encryption?: "cenc" | undefined;
  /** Take files that are cut off as far as all of them are whole. Default: they are refused. */
  readonly salvage?: boolean | undefined;
}

export interface ConvertResult {
  readonly to: ConvertTarget;
  /** Absolute path of the file to open: the .mpd, the .mp4, or the first captions. */
  readonly main: string;
  readonly folder: string;
  readonly files: readonly { readonly file: string; readonly bytes: number }[];
  readonly durationSeconds: number;
  /** What was filled, cut, held or left out, in words. */
  readonly notes: readonly string[];
}

/**
 * Makes of a package, ours or another maker's, what other players and programs take, without encoding.
 *
 * @param ism its server manifest
 * @throws PackError `usage` for a protected package without its key, `input`, `unsupported`, `verify`, `output`, `exists`
 * or `aborted`; nothing half-written is left behind
 */
export async function convert(
  ism: string,
  options: ConvertOptions,
): Promise<ConvertResult> {
  requireRow("--to", options.to, CONVERSIONS);
  requireEncryption(options);
  const row = CONVERSIONS[options.to];
  const target = await resolveTarget(options);
  const name = checkedName(options.name ?? packageName(ism));
  if (row.isText) {
    const film = await readCaptionFilm(ism, name, options.signal);
    return make(row.plan(film, options), film.sources, options, target, false);
  }
  if (await staysEncrypted(ism, options)) {
    const encrypted = true;
    const film = await readFilm(ism, name, { ...options, encrypted });
    return make(row.plan(film, options), film.sources, options, target, false);
  }
  return withClearPackage(ism, options, async (clear, isDecrypted) => {
    const film = await readFilm(clear.ism, name, options);
    const sources = [...film.sources, clear.original];
    return make(row.plan(film, options), sources, options, target, isDecrypted);
  });
}

/** @throws PackError `usage` for what cannot stay encrypted */
function requireEncryption({ to, encryption }: ConvertOptions): void {
  if (encryption === undefined) return;
  requireRow("--encryption", encryption, { cenc: true });
  if (to === "cmaf") return;
  throw new PackError(
    "usage",
    `--encryption ${encryption} is given with --to ${to}. Expected --to cmaf: nothing else can stay encrypted.`,
  );
}

/** @throws PackError `usage` for a package in the clear that is to stay encrypted */
async function staysEncrypted(
  ism: string,
  { to, contentKey, encryption }: ConvertOptions,
): Promise<boolean> {
  const isHidden = to === "cmaf" && (await isEncrypted(ism));
  if (encryption === undefined) return isHidden && contentKey === undefined;
  if (isHidden) return true;
  throw new PackError(
    "usage",
    `${ism}: is in the clear, and --encryption ${encryption} is given. Expected a protected package.`,
    { hint: `mss-pack protect --encryption ${encryption} encrypts it first.` },
  );
}

async function make(
  conversion: Conversion,
  sources: readonly string[],
  { to, fsync = true }: ConvertOptions,
  target: Target,
  isSecret: boolean,
): Promise<ConvertResult> {
  const { files, bytes, end, notes } = conversion;
  const main = files.at(-1) ?? "";
  const place = {
    ...target,
    ...{ files, sources, difference: undefined, neededBytes: bytes },
    ...{ job: jobWithoutSource(basename(main)), isSecret },
  };
  return withOutput(place, async (out) => {
    await conversion.write(out.work, {
      ...{ fsync, signal: out.signal },
      onProgress: (fraction) =>
        target.onProgress?.({ step: "mux", label: to, fraction }),
    });
    return {
      ...{ to, main: placeIn(target.folder, main), folder: target.folder },
      files: await sizesOf(files, out),
      durationSeconds: end / SMOOTH_TIMESCALE,
      notes,
    };
  });
}

async function sizesOf(files: readonly string[], { work }: OutputFolder) {
  const sizes = files.map(async (file) => {
    const { size } = await stat(join(work, file));
    return { file, bytes: size };
  });
  return Promise.all(sizes);
}
