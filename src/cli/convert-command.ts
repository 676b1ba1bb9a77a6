import { PackError } from "../errors.js";
import type { ConvertTarget } from "../pipeline/convert-targets.js";
import { convert, type ConvertResult } from "../pipeline/convert.js";
import { clock, size } from "../util/format.js";
import { hasSecret } from "../util/secrets.js";
import { withReporter, type ReporterFlags } from "./choose-reporter.js";
import { columns, padEnd } from "./columns.js";
import { requireOut } from "./flags.js";
import { asksForKey, type KeyFlags } from "./options/protection.js";
import type { Message } from "./reporter.js";
import { requirePackage } from "./wrong-turns.js";

/** Options of `mss-pack convert`, as commander's values. */
export interface ConvertFlags extends ReporterFlags, KeyFlags {
  readonly output?: string;
  readonly to?: ConvertTarget;
  readonly name?: string;
  readonly rung?: string;
  readonly encryption?: "cenc";
  readonly overwrite?: boolean;
  readonly salvage?: boolean;
  readonly fsync: boolean;
  readonly s3Endpoint?: string;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
}

/** `mss-pack convert package.ism -o out/ --to cmaf` */
export async function convertCommand(
  ism: string,
  flags: ConvertFlags,
  signal: AbortSignal,
): Promise<void> {
  const output = requireOut(flags, `mss-pack convert ${ism} -o out/ --to cmaf`);
  requirePackage(ism);
  const to = requireTarget(ism, flags);
  const contentKey = await keyAskedFor(ism, flags, { output, signal });
  await withReporter(flags, ism, async (reporter) => {
    const result = await convert(ism, {
      ...{ output, to, contentKey, signal, encryption: flags.encryption },
      ...{ name: flags.name, rung: flags.rung, salvage: flags.salvage },
      ...{ overwrite: flags.overwrite, fsync: flags.fsync },
      s3Endpoint: flags.s3Endpoint,
      ffmpegPath: flags.ffmpeg,
      ffprobePath: flags.ffprobe,
      onProgress: (progress) => reporter.progress(progress),
    });
    return resultMessage(result);
  });
}

function requireTarget(ism: string, { to }: ConvertFlags): ConvertTarget {
  if (to !== undefined) return to;
  throw new PackError("usage", "No --to. Expected cmaf, mp4, srt or vtt.", {
    hint: `For example: mss-pack convert ${ism} -o out/ --to cmaf`,
  });
}

/** Keys are looked for only when they are needed. */
async function keyAskedFor(
  ism: string,
  flags: ConvertFlags,
  command: { readonly output: string; readonly signal: AbortSignal },
) {
  if (!asksForKey(flags) && !hasSecret(process.env)) return undefined;
  const { isProtected, keyForPackage } = await import("./protection.js");
  return (await isProtected(ism))
    ? keyForPackage(ism, flags, command)
    : undefined;
}

function resultMessage(result: ConvertResult): Message {
  return {
    text: () => summaryOf(result),
    object: { state: "done", ...result },
  };
}

function summaryOf(result: ConvertResult): string {
  const { folder, files, main, durationSeconds, notes } = result;
  const width = Math.max(...files.map(({ file }) => columns(file)));
  return [
    `Wrote and verified ${clock(durationSeconds)} in ${folder}:`,
    ...files.map(
      ({ file, bytes }) =>
        `  ${padEnd(file, width)}  ${size(bytes).padStart(9)}`,
    ),
    ...notes.map((note) => `  note: ${note}`),
    `To open: ${main}`,
  ].join("\n");
}
