/** Lines of this level tell nothing, but for this: pictures of which parts were made up. */
const INFO = /^(?:\[[^\]]+ @ [^\]]+\] )*\[info\] /;
const CONCEALING = /concealing \d+ DC/;

/**
 * ffmpeg's words for what a decoder or a demuxer cannot read. It goes on after
 * that and ends with exit code 0: only these lines tell. They carry their level
 * (`-loglevel level+...`), and two warnings that mean damage too.
 */
export function isComplaint(line: string): boolean {
  if (INFO.test(line)) return CONCEALING.test(line);
  return (
    /\[(?:error|fatal)\]/.test(line) ||
    /corrupt decoded frame|corrupt input packet|Packet corrupt/.test(line)
  );
}

/**
 * A guess of a demuxer that counts packets: where recordings are joined, the
 * count starts anew and nothing is missing. Whether it is right, the frames tell.
 */
export function isSuspicion(line: string): boolean {
  return (
    !/\[(?:error|fatal)\]/.test(line) &&
    /corrupt input packet|Packet corrupt/.test(line)
  );
}

/** The complaints in what ffmpeg said, without the names of its parts. */
export function complaintsIn(stderr: string): string[] {
  const lines = stderr.split(/[\r\n]+/).filter(isComplaint);
  return lines.map((line) =>
    line.replace(/^.*\[(?:info|warning|error|fatal)\] /, "").trim(),
  );
}

/** A stream that ffmpeg has met only after it had looked into the file: it reads on without it. */
export interface LateStream {
  /** video, audio, subtitle, data or attachment. */
  readonly type: string;
  readonly index: number;
  /** Where in the file its first packet lies, in bytes; -1 where the container does not tell. */
  readonly atByte: number;
}

/**
 * ffmpeg's words for such a stream, such as "New audio stream 0:1 at pos:90607664
 * and DTS:89.975s", or since version 6.1 "New audio stream with index 1 at ...".
 */
export function lateStreamIn(line: string): LateStream | undefined {
  const words = /New (\w+) stream (?:\d+:|with index )(\d+) at pos:(-?\d+) and/;
  const [, type, index, position] = words.exec(line) ?? [];
  if (type === undefined) return undefined;
  return { type, index: Number(index), atByte: Number(position) };
}

/** Words of a run that ended because of what it read, not because of what it should make. */
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
