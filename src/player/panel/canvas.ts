/** A canvas ready for drawing. Sizes are CSS pixels. */
export interface Drawing {
  readonly pen: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** The value of a custom property of the style sheet, such as `--accent`. */
  readonly colour: (name: string) => string;
}

/** Empties the canvas and fits it to its box and to the screen's pixels. */
export function startDrawing(canvas: HTMLCanvasElement): Drawing | undefined {
  const { clientWidth: width, clientHeight: height } = canvas;
  const pen = canvas.getContext("2d");
  if (pen === null || width === 0) return undefined;
  const scale = devicePixelRatio;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = "12px system-ui, sans-serif";
  return { pen, width, height, colour: colours(canvas) };
}

/** Reads each colour once for a drawing: one read costs as much as a hundred bars. */
function colours(canvas: HTMLCanvasElement): Drawing["colour"] {
  const style = getComputedStyle(canvas);
  const colourOf = new Map<string, string>();
  return (name) => {
    const colour = colourOf.get(name) ?? style.getPropertyValue(name).trim();
    colourOf.set(name, colour);
    return colour;
  };
}

/**
 * Calls `draw` only while the canvas is visible, and as soon as it becomes visible.
 *
 * @returns a function to call when there is something new to draw
 */
export function whenSeen(
  canvas: HTMLCanvasElement,
  draw: () => void,
): () => void {
  let isSeen = false;
  new IntersectionObserver((entries) => {
    isSeen = entries.at(-1)?.isIntersecting ?? false;
    if (isSeen) draw();
  }).observe(canvas);
  return () => {
    if (isSeen) draw();
  };
}

/** The place of a value on an axis, in pixels. */
export type Scale = (value: number) => number;

/** On the canvas, in pixels. */
export type PixelSpan = readonly [from: number, to: number];

/** From 0 to the most. */
export function linearScale(most: number, [from, to]: PixelSpan): Scale {
  return (value) => from + ((to - from) * Math.min(value, most)) / most;
}

/** A fast line and a small rung differ by a factor of a thousand: each decade has the same height. */
export function logScale(
  least: number,
  most: number,
  [from, to]: PixelSpan,
): Scale {
  const [low, high] = [Math.log10(least), Math.log10(most)];
  return (value) => {
    const share = (Math.log10(Math.max(value, least)) - low) / (high - low);
    return from + (to - from) * Math.min(1, share);
  };
}
