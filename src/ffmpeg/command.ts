import ffmpeg from "fluent-ffmpeg";

export interface FfmpegInput {
  /** Options before the input. */
  readonly inputOptions: readonly string[];
  /** Absolute path of the input. */
  readonly input: string;
}

/** One ffmpeg run as data: code can print, compare and test it without ffmpeg. */
export interface FfmpegCommand extends FfmpegInput {
  /** Inputs behind the first one, of which ffmpeg counts 0. */
  readonly moreInputs?: readonly FfmpegInput[];
  /** Chains of a `-filter_complex` graph; none for a plain copy. */
  readonly filters: readonly string[];
  readonly outputs: readonly FfmpegOutput[];
}

export interface FfmpegOutput {
  readonly path: string;
  readonly options: readonly string[];
}

/**
 * Builds the command's arguments with fluent-ffmpeg, which no other module imports. Its runner
 * is not used: it loses an early kill and hides the cause of failures. `runTool` gets the
 * arguments instead.
 */
export function ffmpegArguments(command: FfmpegCommand): string[] {
  const { moreInputs = [] } = command;
  const builder = ffmpeg();
  for (const { input, inputOptions } of [command, ...moreInputs])
    builder.input(input).inputOptions(...unsplit(inputOptions));
  if (command.filters.length > 0)
    builder.complexFilter(command.filters.join(";"));
  for (const { path, options } of command.outputs) {
    builder.output(path).outputOptions(...unsplit(options));
  }
  return builder._getArguments();
}

/**
 * fluent-ffmpeg splits a single option at its blank, but leaves two or more unchanged. Our
 * options are pairs of flag and value, so there is never a single one.
 */
function unsplit(options: readonly string[]): [string, ...string[]] {
  const [first, second, ...rest] = options;
  if (first === undefined || second === undefined) {
    throw new RangeError(
      "an ffmpeg input or output needs at least a flag and its value",
    );
  }
  return [first, second, ...rest];
}
