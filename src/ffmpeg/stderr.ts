/** Lines of this level do not matter, with one exception: pictures whose missing parts were invented. */
const INFO = /^(?:\[[^\]]+ @ [^\]]+\] )*\[info\] /;
const CONCEALING = /concealing \d+ DC/;

/**
 * ffmpeg's messages for data that a decoder or a demuxer cannot read. ffmpeg continues and ends
 * with exit code 0, so only these lines show the damage. They carry their level (`-loglevel
 * level+...`). Two warnings mean damage too.
 */
export function isComplaint(line: string): boolean {
  if (INFO.test(line)) return CONCEALING.test(line);
  return (
    /\[(?:error|fatal)\]/.test(line) ||
    /corrupt decoded frame|corrupt input packet|Packet corrupt/.test(line)
  );
}

/**
 * A demuxer that counts packets reports this. The count starts again where recordings are
 * joined, and nothing is missing there. The frames show whether the report is right.
 */
export function isSuspicion(line: string): boolean {
  return (
    !/\[(?:error|fatal)\]/.test(line) &&
    /corrupt input packet|Packet corrupt/.test(line)
  );
}

/** The complaints in ffmpeg's output, without the names of its parts. */
export function complaintsIn(stderr: string): string[] {
  const lines = stderr.split(/[\r\n]+/).filter(isComplaint);
  return lines.map((line) =>
    line.replace(/^.*\[(?:info|warning|error|fatal)\] /, "").trim(),
  );
}

/** A stream that ffmpeg found after its look into the file; ffmpeg ignores it. */
export interface LateStream {
  /** video, audio, subtitle, data or attachment. */
  readonly type: string;
  readonly index: number;
  /** Byte position of its first packet; -1 when the container does not give it. */
  readonly atByte: number;
}

/**
 * ffmpeg's message for such a stream, such as "New audio stream 0:1 at pos:90607664 and
 * DTS:89.975s", or since version 6.1 "New audio stream with index 1 at ...".
 */
export function lateStreamIn(line: string): LateStream | undefined {
  const words = /New (\w+) stream (?:\d+:|with index )(\d+) at pos:(-?\d+) and/;
  const [, type, index, position] = words.exec(line) ?? [];
  if (type === undefined) return undefined;
  return { type, index: Number(index), atByte: Number(position) };
}

/** Messages of a run that its input ended, not its output. */
export function isAboutSource(complaints: readonly string[]): boolean {
  return complaints.some((words) =>
    SOURCE_ERRORS.some((error) => error.test(words)),
  );
}

const SOURCE_ERRORS = [
  /Decoder .* not found|Cannot find a decoder/i,
  /Error while (?:opening decoder|decoding)/i,
  /Error initializing .*decoder/i,
  /Cannot determine format of input/i,
  /Could not find codec parameters/i,
  /Error opening input|moov atom not found/i,
  /Invalid data found when processing input/i,
];
