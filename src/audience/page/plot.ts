import { html, type Html } from "./html.js";

export interface Plot {
  /** A name of its own on the page. */
  readonly id: string;
  readonly title: string;
  /** What somebody sees who looks at it, in a sentence. */
  readonly description: string;
  /** What the highest value is, beside the plot. */
  readonly top: string;
  /** What stands under it, from left to right. */
  readonly labels: readonly string[];
}

/** Height of a plot's own coordinates; 1 is the highest value. */
export const HIGH = 100;

/**
 * A plot without words: drawn over the whole width of the screen, so letters
 * in it would be stretched. They stand around it.
 *
 * @param width of the plot's own coordinates
 */
export function figure(plot: Plot, width: number, shapes: readonly Html[]) {
  const { id, title, description, top, labels } = plot;
  return html`<figure>
    <figcaption>${title}</figcaption>
    <p class="top">${top}</p>
    <svg
      class="plot"
      viewBox="0 0 ${width} ${HIGH}"
      preserveAspectRatio="none"
      role="img"
      aria-labelledby="${id}-title ${id}-text"
    >
      <title id="${id}-title">${title}</title>
      <desc id="${id}-text">${description}</desc>
      ${shapes}
    </svg>
    <p class="axis">${labels.map((label) => html`<span>${label}</span>`)}</p>
  </figure> `;
}

/** The first, the middle one and the last. */
export function ends(labels: readonly string[]): string[] {
  const middle = Math.floor((labels.length - 1) / 2);
  const places = new Set([0, middle, labels.length - 1]);
  return [...places].flatMap((i) => labels[i] ?? []);
}

/** Three digits are finer than any screen. */
export function short(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
