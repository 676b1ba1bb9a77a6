import { basename } from "node:path";
import { DEFAULT_SYSTEM } from "../drm/system.js";
import type { FinishedOptions } from "../pipeline/options.js";
import { protectPackage } from "../pipeline/protect.js";
import { unprotectPackage } from "../pipeline/unprotect.js";
import {
  withReporter,
  type InputReporter,
  type ReporterFlags,
} from "./choose-reporter.js";
import { requireOut } from "./flags.js";
import { deliveredMessage } from "./messages.js";
import type { ProtectFlags } from "./options/protection.js";
import { keyForPackage, protectionFor } from "./protection.js";
import { requirePackage } from "./wrong-turns.js";

/** Options of `mss-pack protect` and `mss-pack unprotect`, as commander's values. */
export interface ProtectCommandFlags extends ReporterFlags, ProtectFlags {
  readonly output?: string;
  readonly overwrite?: boolean;
  readonly verify: "quick" | "full";
  readonly fsync: boolean;
  readonly reproducible?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  readonly s3Endpoint?: string;
}

/** `mss-pack protect package.ism -o out/` */
export async function protectCommand(
  ism: string,
  flags: ProtectCommandFlags,
  signal: AbortSignal,
): Promise<void> {
  const output = requireOut(flags, `mss-pack protect ${ism} -o protected/`);
  requirePackage(ism);
  const system = flags.protect ?? DEFAULT_SYSTEM;
  const command = { output, signal };
  const protection = await protectionFor(system, flags, command);
  await withReporter(flags, ism, async (reporter) => {
    const delivered = await protectPackage(ism, {
      ...deliverFlags(flags, output, signal, reporter),
      protection,
    });
    return deliveredMessage(delivered, { name: nameOf(ism), notes: [] });
  });
}

/** `mss-pack unprotect package.ism --key-file film.keys -o out/` */
export async function unprotectCommand(
  ism: string,
  flags: ProtectCommandFlags,
  signal: AbortSignal,
): Promise<void> {
  const output = requireOut(
    flags,
    `mss-pack unprotect ${ism} -o clear/ --key-file film.keys`,
  );
  requirePackage(ism);
  const contentKey = await keyForPackage(ism, flags, { output, signal });
  await withReporter(flags, ism, async (reporter) => {
    const delivered = await unprotectPackage(ism, {
      ...deliverFlags(flags, output, signal, reporter),
      contentKey,
    });
    return deliveredMessage(delivered, { name: nameOf(ism), notes: [] });
  });
}

/** The flags as options of the library. */
function deliverFlags(
  flags: ProtectCommandFlags,
  output: string,
  signal: AbortSignal,
  reporter: InputReporter,
): FinishedOptions {
  return {
    ...{ output, signal },
    overwrite: flags.overwrite,
    verify: flags.verify,
    fsync: flags.fsync,
    s3Endpoint: flags.s3Endpoint,
    ffmpegPath: flags.ffmpeg,
    ffprobePath: flags.ffprobe,
    onProgress: (progress) => reporter.progress(progress),
  };
}

/** Base name of a package. */
function nameOf(ism: string): string {
  return basename(ism).replace(/\.ism$/i, "");
}
