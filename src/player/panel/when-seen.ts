/**
 * Calls `draw` only while the canvas can be seen, and as soon as it can be.
 *
 * @returns what to call when there is something new to draw
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
