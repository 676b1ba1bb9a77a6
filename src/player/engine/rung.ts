import type { Representation } from "dashjs";

/** A quality of the picture, as the page speaks of it. */
export interface Rung {
  /** dash.js's name for it. */
  readonly id: string;
  /** Bits per second. */
  readonly bitrate: number;
  readonly width: number;
  readonly height: number;
}

export function toRung({ id, bandwidth, width, height }: Representation): Rung {
  return { id, bitrate: bandwidth, width, height };
}

/** A fragment as its address names it. MS-SSTR 2.2.3 */
export interface Fragment {
  readonly stream: string;
  readonly bitrate: number;
  /** In 10 MHz ticks. */
  readonly time: number;
}

const ADDRESS = /QualityLevels\((\d+)[^)]*\)\/Fragments\(([^=)]+)=(\d+)\)/i;

/** Undefined for what is no fragment's address, such as the made-up one of an initialization segment. */
export function fragmentAt(url: string): Fragment | undefined {
  const [, bitrate, stream, time] = ADDRESS.exec(decodeURIComponent(url)) ?? [];
  if (stream === undefined) return undefined;
  return { stream, bitrate: Number(bitrate), time: Number(time) };
}
