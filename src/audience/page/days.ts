import { clock } from "../../amounts.js";
import type { AudienceReport } from "../audience-report.js";
import { figureCells, FIGURE_HEADS } from "./figures.js";
import { html, type Html } from "./html.js";
import { ends, figure, HIGH, short } from "./plot.js";
import { table } from "./table.js";

/** Bars get too narrow for a telephone. */
const MOST_DAYS = 92;

/** How long people watched on each day. */
export function daysSection({ days: all }: AudienceReport): Html {
  if (all.length === 0) return html``;
  const days = all.slice(-MOST_DAYS);
  const rows = days.map((day) => [day.day, ...figureCells(day)]);
  const more =
    all.length > days.length
      ? html`<p>The last ${days.length} of ${all.length} days.</p>`
      : html``;
  return html`<section>
    <h2>Days</h2>
    ${more} ${days.length > 1 ? daysFigure(days) : html``}
    ${table("Figures by day (UTC)", ["Day", ...FIGURE_HEADS], rows)}
  </section> `;
}

function daysFigure(days: AudienceReport["days"]): Html {
  const most = Math.max(...days.map(({ secondsWatched }) => secondsWatched));
  const best = days.find(({ secondsWatched }) => secondsWatched === most);
  const bars = days.map(({ day, secondsWatched }, i) => {
    const height = short((secondsWatched / (most || 1)) * HIGH);
    return html`<rect
      class="bar"
      x="${i + 0.1}"
      y="${short(HIGH - height)}"
      width="0.8"
      height="${height}"
      ><title>${day}: ${clock(secondsWatched)}</title></rect
    > `;
  });
  const plot = {
    id: "days",
    title: "Watched by day (UTC)",
    description: `A bar for each of ${days.length} days on which something was asked for. The highest is ${best?.day ?? "none"}.`,
    top: clock(most),
    labels: ends(days.map(({ day }) => day)),
  };
  return figure(plot, days.length, bars);
}
