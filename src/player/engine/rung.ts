import type { Representation } from "dashjs";
import type { NamedRung } from "../shared/format.js";

/** A quality of the picture, in the page's terms. */
export interface PlayedRung {
  /** dash.js's name for it. */
  readonly id: string;
  /** Bits per second. */
  readonly bitrate: number;
  readonly width: number;
  readonly height: number;
}

export function toRung({
  id,
  bandwidth,
  width,
  height,
}: Representation): PlayedRung {
  return { id, bitrate: bandwidth, width, height };
}

/** A requested fragment. MS-SSTR 2.2.3 */
export interface RequestedFragment {
  readonly type: string;
  readonly stream: string;
  readonly bitrate: number;
  /** In 10 MHz ticks, as in its address. */
  readonly time: number;
  /** Its place in the film. */
  readonly seconds: { readonly start: number; readonly end: number };
}

/** The parts of dash.js's requests that identify a fragment. */
export interface FragmentRequest {
  readonly url: string | null;
  readonly mediaType: string;
  readonly startTime: number;
  readonly duration: number;
}

const ADDRESS = /QualityLevels\((\d+)[^)]*\)\/Fragments\(([^=)]+)=(\d+)\)/i;

/** Undefined for other requests, such as one for an initialization segment, whose address is made up. */
export function fragmentOf(
  request: FragmentRequest,
): RequestedFragment | undefined {
  const { url, mediaType: type, startTime: start, duration } = request;
  const [, bitrate, stream, time] =
    ADDRESS.exec(decodeURIComponent(url ?? "")) ?? [];
  if (stream === undefined) return undefined;
  const seconds = { start, end: start + duration };
  return {
    type,
    stream,
    bitrate: Number(bitrate),
    time: Number(time),
    seconds,
  };
}

/** In pixels of the screen; a CSS pixel may have several. */
export interface ScreenBox {
  readonly width: number;
  readonly height: number;
}

/**
 * The highest rung that is no larger than the smallest one that fills the box; a picture keeps its
 * shape. Null if that excludes no rung, and for a box without layout.
 */
export function usefulRung<Rung extends NamedRung>(
  rungs: readonly Rung[],
  box: ScreenBox,
): Rung | null {
  const least = Math.min(
    ...rungs.filter((rung) => fills(rung, box)).map(pixels),
  );
  const useful = rungs.filter((rung) => !(pixels(rung) > least));
  if (box.width === 0 || useful.length === rungs.length) return null;
  return useful.reduce((a, b) => (b.bitrate > a.bitrate ? b : a));
}

/** To the pixel: sizes of boxes have fractions. */
function fills({ width, height }: NamedRung, box: ScreenBox): boolean {
  const shown = Math.min(box.width, (box.height * width) / height);
  return width > shown - 1;
}

function pixels({ width, height }: NamedRung): number {
  return width * height;
}
