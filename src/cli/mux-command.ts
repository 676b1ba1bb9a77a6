import type { LayoutName } from "../mux/layouts.js";
import type { CodecData } from "../smooth/presentation.js";
import type { FormatName } from "../pipeline/formats.js";
import { mux } from "../pipeline/mux.js";
import { withReporter, type ReporterFlags } from "./choose-reporter.js";
import { protectionAskedFor, requireOut } from "./flags.js";
import { muxPlanMessage, muxResultMessage } from "./messages.js";
import { muxInputs, type FileFlags } from "./mux-words.js";
import type { ProtectFlags } from "./options/protection.js";

/** Options of `mss-pack mux`, as commander's values. */
export interface MuxFlags extends ReporterFlags, ProtectFlags, FileFlags {
  readonly output?: string;
  readonly name?: string;
  readonly captions?: string[];
  readonly captionsEncoding?: string;
  readonly fragment?: number;
  readonly overwrite?: boolean;
  readonly verify: "quick" | "full";
  readonly tfdt?: boolean;
  readonly formats?: FormatName[];
  readonly layout?: LayoutName;
  readonly ec3CodecData?: CodecData;
  readonly allowHevc?: boolean;
  readonly salvage?: boolean;
  readonly thumbnails?: number;
  readonly fsync: boolean;
  readonly reproducible?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  readonly s3Endpoint?: string;
}

/** `mss-pack mux file... -o out/` */
export async function muxCommand(
  args: readonly string[],
  flags: MuxFlags,
  signal: AbortSignal,
): Promise<void> {
  const output = requireOut(flags, `mss-pack mux ${args.join(" ")} -o out/`);
  const inputs = await muxInputs(args, flags);
  const settings = {
    ...{ name: flags.name, fragmentSeconds: flags.fragment, signal },
    captions: flags.captions,
    captionsEncoding: flags.captionsEncoding,
  };
  const protection = await protectionAskedFor(flags, { output, signal });
  await withReporter(flags, inputs[0]?.path ?? "", async (reporter) => {
    const result = await mux(inputs, {
      output,
      ...settings,
      overwrite: flags.overwrite,
      verify: flags.verify,
      tfdt: flags.tfdt,
      formats: flags.formats,
      layout: flags.layout,
      ec3CodecData: flags.ec3CodecData,
      allowHevc: flags.allowHevc,
      salvage: flags.salvage,
      thumbnailSeconds: flags.thumbnails,
      fsync: flags.fsync,
      s3Endpoint: flags.s3Endpoint,
      protection,
      ffmpegPath: flags.ffmpeg,
      ffprobePath: flags.ffprobe,
      onPlan: (plan) => reporter.plan(muxPlanMessage(plan)),
      onProgress: (progress) => reporter.progress(progress),
    });
    return muxResultMessage(result);
  });
}
