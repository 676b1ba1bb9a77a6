import { clock } from "../../amounts.js";
import type { RungShare } from "../audience-report.js";
import { percent, rungName } from "../format.js";
import { html, type Html } from "./html.js";
import { figure, HIGH, short } from "./plot.js";
import { table } from "./table.js";

/** Many packages together have many bitrates. */
const MOST_RUNGS = 24;

/** How many colours style.ts has. */
const COLOURS = 6;

/**
 * The time on each rung as one bar, and as a table that is its legend.
 *
 * @param of whose it is: regions of a page must have names of their own
 */
export function rungsFigure(
  id: string,
  of: string,
  all: readonly RungShare[],
): Html {
  const rungs = all.slice(0, MOST_RUNGS);
  if (rungs.length === 0) return html``;
  let x = 0;
  const bars = rungs.map((rung, i) => {
    const left = short(x);
    x += rung.share * 100;
    return html`<rect
      class="c${i % COLOURS}"
      x="${left}"
      y="0"
      width="${short(rung.share * 100)}"
      height="${HIGH}"
      ><title>${rungName(rung)}: ${percent(rung.share)}</title></rect
    > `;
  });
  const plot = {
    id,
    title: "Share of time per rung",
    description: rungs
      .map((rung) => `${rungName(rung)}: ${percent(rung.share)}`)
      .join(", "),
    ...{ top: "", labels: ["0 %", "50 %", "100 %"] },
  };
  const rows = rungs.map((rung, i) => [
    html`<svg class="key" viewBox="0 0 1 1" aria-hidden="true">
        <rect class="c${i % COLOURS}" width="1" height="1" />
      </svg>
      ${rungName(rung)}`,
    ...[percent(rung.share), clock(rung.seconds)],
  ]);
  const more =
    all.length > rungs.length
      ? html`<p>The first ${rungs.length} of ${all.length} rungs.</p>`
      : html``;
  return html`<div class="thin">${figure(plot, 100, bars)}</div>
    ${more}${table(`Time on each rung: ${of}`, ["Rung", "Share", "Time"], rows)}`;
}
