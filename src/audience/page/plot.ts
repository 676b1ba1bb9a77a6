import { clock, whole } from "../../util/format.js";
import { html, type Html } from "../../util/html.js";
import type { MinuteAudience } from "../audience-report.js";
import { percent } from "../format.js";
import { table } from "./html.js";

export interface Plot {
  /** A unique name on the page. */
  readonly id: string;
  readonly title: string;
  /** A sentence that describes the plot. */
  readonly description: string;
  /** The label of the highest value, beside the plot. */
  readonly top: string;
  /** The labels under it, from left to right. */
  readonly labels: readonly string[];
}

/** Height of a plot's own coordinates; 1 is the highest value. */
export const HIGH = 100;

/**
 * A plot without words. It is stretched over the whole width of the screen, and letters in it would
 * be too: they are placed around it.
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

/** The first, the one that begins in the middle or lies there, and the last. */
export function ends(labels: readonly string[]): string[] {
  const middle = Math.floor(labels.length / 2);
  const places = new Set([0, middle, labels.length - 1]);
  return [...places].flatMap((i) => labels[i] ?? []);
}

/** Three digits are finer than any screen. */
export function short(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}

/** No screen shows more points; for longer films, one point covers several minutes. */
const MOST_POINTS = 480;

/** Films begin at 0. A film that begins after a day is a broadcast, with times from long ago. */
const MINUTES_PER_DAY = 1440;

interface Point {
  readonly minute: number;
  readonly playbacks: number;
  readonly retention: number;
}

/** How many playbacks watched each minute of the film, as a plot and as a table. */
export function minutesFigure(
  id: string,
  of: string,
  minutes: readonly MinuteAudience[],
): Html {
  const points = pointsOf(minutes);
  const most = Math.max(...points.map(({ playbacks }) => playbacks));
  const best = points.find(({ playbacks }) => playbacks === most);
  const last = points.at(-1);
  if (best === undefined || last === undefined) return html``;
  const plot = {
    id,
    title: "Audience by minute of the film",
    description: `Most playbacks, ${whole(most)}, watched the minute at ${at(best)}. ${whole(last.playbacks)} watched the last one, at ${at(last)}.`,
    top: `${whole(most)} ${most === 1 ? "playback" : "playbacks"}`,
    labels: ends(points.map(at)),
  };
  const rows = points.map((point) => [
    ...[at(point), whole(point.playbacks), percent(point.retention)],
  ]);
  return html`${figure(plot, points.length, [area(points, most)])}
    <details>
      <summary>Audience by minute as a table</summary>
      ${table(`Audience by minute: ${of}`, ["Minute", "Playbacks", "Of all playbacks"], rows)}
    </details> `;
}

function at({ minute }: Point): string {
  return clock(minute * 60);
}

/** A step for each minute. */
function area(points: readonly Point[], most: number): Html {
  const steps = points.map(
    ({ playbacks }, i) =>
      `V${short(HIGH - (playbacks / most) * HIGH)}H${i + 1}`,
  );
  return html`<path class="area" d="M0 ${HIGH}${steps.join("")}V${HIGH}Z" /> `;
}

/** All minutes from the beginning to the last, even those without viewers. */
function pointsOf(minutes: readonly MinuteAudience[]): Point[] {
  const first = minutes[0]?.minute ?? 0;
  const last = minutes.at(-1)?.minute ?? -1;
  const from = first < MINUTES_PER_DAY ? 0 : first;
  const step = Math.ceil((last - from + 1) / MOST_POINTS);
  const points = Array.from(
    { length: Math.ceil((last - from + 1) / (step || 1)) },
    (_, i) => ({ minute: from + i * step, playbacks: 0, retention: 0 }),
  );
  for (const { minute, playbacks, retention } of minutes) {
    const point = points[Math.floor((minute - from) / step)];
    if (point === undefined || point.playbacks > playbacks) continue;
    Object.assign(point, { playbacks, retention });
  }
  return points;
}
