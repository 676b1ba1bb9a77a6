/** lavfi sources: pictures and sounds whose content can be found again in a package. */

export interface VideoShape {
  readonly size?: string;
  readonly rate?: string;
}

/** A moving test picture. */
export function moving(shape: VideoShape = {}): string {
  const { size = "320x180", rate = "25" } = shape;
  return `testsrc2=size=${size}:rate=${rate}`;
}

/** Red, green, blue and white quarters: shows when a picture is turned or its colours are wrong. */
export function quartered(shape: VideoShape = {}): string {
  const { size = "320x180", rate = "25" } = shape;
  return [
    `color=c=red:size=${size}:rate=${rate}`,
    quarter("iw/2", "0", "lime"),
    quarter("0", "ih/2", "blue"),
    quarter("iw/2", "ih/2", "white"),
  ].join(",");
}

function quarter(x: string, y: string, colour: string): string {
  // Even when the size is odd: a border must not lie inside of a quarter's middle.
  return `drawbox=x=${x}:y=${y}:w=iw/2+1:h=ih/2+1:c=${colour}:t=fill`;
}

type Span = readonly [from: number, to: number];

/** A moving picture that is white while its time, in seconds, lies in one of these spans. */
export function flashing(shape: VideoShape, ...spans: readonly Span[]): string {
  return `${moving(shape)},${whiteDuring(...spans)}`;
}

/** A filter that makes a picture white. */
export function whiteDuring(...spans: readonly Span[]): string {
  const when = spans
    // Half a millisecond, since times of frames are no decimal numbers.
    .map(([from, to]) => `between(t,${from - 0.0005},${to - 0.0005})`)
    .join("+");
  return `drawbox=c=white:t=fill:enable='${when}'`;
}

/** A tone of a tenth of full scale. */
export function hum(hertz = 440, sampleRate = 48_000): string {
  return `sine=frequency=${hertz}:sample_rate=${sampleRate}`;
}

/** Silence with loud bursts of a tenth of a second at these times. */
export function bursting(...times: readonly number[]): string {
  const when = times.map((at) => `between(t,${at},${at + 0.1})`).join("+");
  return `aevalsrc='0.8*sin(2*PI*1000*t)*(${when})':s=48000:c=stereo`;
}
