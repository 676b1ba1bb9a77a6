import { ffmpeg } from "../test/support/clip.js";

export const SIZE = "416x234";
export const FRAME_RATE = 25;
const SECONDS = 48;
const VIDEO_RANGE = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p";

/** Kinds of pictures, and the bitrate that a ladder would give them in this size. */
export const KINDS = {
  /** Slides that change each seven seconds, and somebody who talks, small in a corner. */
  talk: { bitrate: 250_000, graph: talk() },
  /** Still, moving and noisy scenes of five seconds or so. */
  mixed: { bitrate: 900_000, graph: mixed() },
  /** All over the picture. */
  grain: { bitrate: 900_000, graph: `${fractal()},noise=alls=12:allf=t` },
} as const;

export type Kind = keyof typeof KINDS;

/** Makes a film of a kind, nearly without loss, in the colours that are packaged. */
export async function makeKind(kind: Kind, path: string): Promise<string> {
  const colours = ["-color_primaries", "bt709", "-color_trc", "bt709"];
  const args = [
    ...["-v", "error", "-nostdin", "-filter_complex", KINDS[kind].graph],
    ...["-t", String(SECONDS), "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-qp", "14", "-g", String(FRAME_RATE), ...colours],
    ...["-colorspace", "bt709", "-color_range", "tv"],
  ];
  return ffmpeg([...args, path], path);
}

function talk(): string {
  return [
    `mandelbrot=size=${SIZE}:rate=1/7:end_pts=9:end_scale=0.1,${VIDEO_RANGE},fps=${FRAME_RATE}[slides]`,
    `testsrc2=size=80x64:rate=${FRAME_RATE},noise=alls=6:allf=t,format=yuv420p[head]`,
    `[slides][head]overlay=320:160`,
  ].join(";");
}

function mixed(): string {
  const between = (from: number, to: number) =>
    `enable='between(mod(t,22),${from},${to})'`;
  return [
    `${fractal()},noise=alls=6:allf=t,split[calm][more]`,
    `[more]noise=alls=24:allf=t[noisy]`,
    `testsrc2=size=${SIZE}:rate=${FRAME_RATE},format=yuv420p[drawn]`,
    `[calm][noisy]overlay=${between(0, 5)}[a]`,
    `[a][drawn]overlay=${between(9, 14)}[b]`,
    `[b]drawbox=color=gray:t=fill:${between(14, 19)}`,
  ].join(";");
}

/** A way into a fractal. */
function fractal(): string {
  return `mandelbrot=size=${SIZE}:rate=${FRAME_RATE}:end_scale=0.003:end_pts=1000,${VIDEO_RANGE}`;
}
