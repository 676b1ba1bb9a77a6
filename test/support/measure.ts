import { readersOfPackages, run } from "./programs.js";

/** What ffprobe finds in one stream of a file. */
export interface ProbedStream {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly channels: number | undefined;
  /** Frames that were decoded, not promised. */
  readonly frames: number;
  readonly startSeconds: number;
  readonly durationSeconds: number;
  /** What the decoder is told of the picture; empty for sound. */
  readonly format: Readonly<Record<string, string>>;
}

/** Decodes a stream of a file with ffprobe and counts. */
export async function probeStream(
  path: string,
  type: "v" | "a",
): Promise<ProbedStream> {
  const { ffprobe } = await readersOfPackages();
  const { stdout } = await run(ffprobe, [
    ...["-v", "error", "-count_frames", "-select_streams", `${type}:0`],
    ...["-show_entries", FIELDS, "-of", "json", path],
  ]);
  const { streams } = JSON.parse(stdout.toString()) as {
    streams: Record<string, string | undefined>[];
  };
  const [stream] = streams;
  if (stream === undefined) throw new Error(`${path}: no stream ${type}`);
  const { width, height, channels } = stream as Record<
    string,
    number | undefined
  >;
  return {
    width,
    height,
    channels,
    frames: Number(stream["nb_read_frames"]),
    startSeconds: Number(stream["start_time"]),
    durationSeconds: Number(stream["duration"]),
    format: formatOf(stream),
  };
}

const FORMAT_FIELDS = [
  ...["pix_fmt", "sample_aspect_ratio", "field_order", "color_range"],
  ...["color_space", "color_transfer", "color_primaries"],
];

const FIELDS = `stream=width,height,channels,nb_read_frames,start_time,duration,${FORMAT_FIELDS.join(",")}`;

function formatOf(stream: Record<string, string | undefined>) {
  const told = FORMAT_FIELDS.map((name) => [name, stream[name]] as const);
  return Object.fromEntries(
    told.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/** Numbers of the pictures that ffprobe takes for key pictures, in decoding order: it looks at the stream too. */
export async function keyPictures(path: string): Promise<number[]> {
  const { ffprobe } = await readersOfPackages();
  const { stdout } = await run(ffprobe, [
    ...["-v", "error", "-select_streams", "v:0"],
    ...["-show_entries", "packet=flags", "-of", "csv=p=0", path],
  ]);
  const flags = stdout.toString().trim().split("\n");
  return flags.flatMap((text, i) => (text.startsWith("K") ? [i] : []));
}

/** Numbers of the white pictures, counted from 0. */
export async function whitePictures(path: string): Promise<number[]> {
  const lumas = await decode(path, [
    // One grey pixel is the mean of a picture.
    ...["-map", "0:v:0", "-vf", "scale=1:1:flags=area,format=gray"],
    ...["-vsync", "0", "-f", "rawvideo"],
  ]);
  return [...lumas].flatMap((luma, i) => (luma > WHITE ? [i] : []));
}

/** Mean luma: the clip's other pictures are far darker, the poorest white ones brighter. */
export const WHITE = 190;

/** When each beep begins, in seconds from the first sample. */
export async function beepTimes(path: string): Promise<number[]> {
  const pcm = await audioOf(path);
  const times: number[] = [];
  let quietFrom = 0;
  for (let i = 0; i < pcm.length; i++) {
    const isLoud = Math.abs(pcm[i] ?? 0) > LOUD;
    if (isLoud && (times.length === 0 || i - quietFrom > SAMPLE_RATE))
      times.push(i / SAMPLE_RATE);
    if (isLoud) quietFrom = i;
  }
  return times;
}

/** Of what {@link audioOf} gives. */
export const SAMPLE_RATE = 48_000;

/** The tone between the beeps reaches a tenth, the beeps seven tenths. */
const LOUD = 0.3 * 32_768;

/** The sound in one channel: 16-bit samples, {@link SAMPLE_RATE} a second. */
export async function audioOf(
  path: string,
  filters: readonly string[] = [],
): Promise<Int16Array> {
  const bytes = await decode(path, [
    ...["-map", "0:a:0", ...filters, "-ac", "1", "-ar", String(SAMPLE_RATE)],
    ...["-f", "s16le"],
  ]);
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}

/** Of a pure tone: it crosses zero upwards once a period. */
export function frequency(samples: Int16Array): number {
  let crossings = 0;
  for (let i = 1; i < samples.length; i++)
    if ((samples[i - 1] ?? 0) < 0 && (samples[i] ?? 0) >= 0) crossings++;
  return (crossings * SAMPLE_RATE) / samples.length;
}

/** When the first beep of a file begins, in seconds, and how high it is. */
export async function firstBeep(
  path: string,
): Promise<{ from: number; hertz: number }> {
  const [from = NaN] = await beepTimes(path);
  const part = (seconds: number) => Math.round((from + seconds) * SAMPLE_RATE);
  const samples = (await audioOf(path)).subarray(part(0.05), part(0.25));
  return { from, hertz: frequency(samples) };
}

/** What ffmpeg writes on standard output for these output options. */
export async function decode(
  path: string,
  args: readonly string[],
): Promise<Buffer> {
  const { ffmpeg } = await readersOfPackages();
  const all = ["-v", "error", "-i", path, ...args, "-"];
  return (await run(ffmpeg, all)).stdout;
}
