import type { FfmpegCommand, FfmpegOutput } from "../ffmpeg/command.js";

/**
 * A command whose decoders and filters have so many threads, and whose encoders of pictures have so many together. Left
 * out, ffmpeg and x264 take what they find. Encoders that have their threads already keep them.
 */
export function withThreads(
  { inputOptions, input, filters, outputs }: FfmpegCommand,
  threads: number | undefined,
): FfmpegCommand {
  if (threads === undefined) return { inputOptions, input, filters, outputs };
  const pictures = outputs.filter(hasPicture).length;
  const each = Math.max(1, Math.floor(threads / Math.max(1, pictures)));
  const bounded = (output: FfmpegOutput) =>
    !hasPicture(output) || output.options.includes(THREADS)
      ? output
      : { ...output, options: [...output.options, THREADS, String(each)] };
  return {
    inputOptions: [
      ...["-filter_complex_threads", String(threads)],
      ...[THREADS, String(threads), ...inputOptions],
    ],
    ...{ input, filters, outputs: outputs.map(bounded) },
  };
}

const THREADS = "-threads";

function hasPicture({ options }: FfmpegOutput): boolean {
  return options.includes("-c:v");
}
