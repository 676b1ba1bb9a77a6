import { createHash } from "node:crypto";
import { clock } from "../../util/format.js";
import { html, Html, PAGE_STYLE } from "../../util/html.js";
import type { AudienceReport, PackageAudience } from "../audience-report.js";
import {
  languagesOverview,
  remarksOf,
  sourceText,
  overview,
} from "../format.js";
import { figureCells, FIGURE_HEADS, table } from "./html.js";
import { minutesFigure, ends, figure, HIGH, short } from "./plot.js";
import { rungsFigure, streamsFigures } from "./shares.js";

/** No reader needs more rows; --json and --csv have all. */
const MOST_PACKAGES = 500;

/** Packages with plots of their own. */
const MOST_DETAILS = 20;

/**
 * The report as one page without network or scripts; it forbids both. Shows all names from logs as
 * text only.
 *
 * @param version of mss-pack, shown at the end
 */
export function audiencePage(report: AudienceReport, version: string): string {
  const { packages } = report;
  const remarks = remarksOf(report).map((remark) => html`<li>${remark}</li>`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Audience</title>
        ${new Html(`<style>${PAGE_STYLE}</style>`)}
      </head>
      <body>
        <main>
          <h1>Audience</h1>
          <p>${sourceText(report)}</p>
          ${list(remarks)}
          <section>
            <h2>In all</h2>
            <dl>
              ${[...overview(report.all), ...languagesOverview(report.all)].map(
                ([name, text]) =>
                  html`<div>
                    <dt>${name}</dt>
                    <dd>${text}</dd>
                  </div>`,
              )}
            </dl>
            ${rungsFigure("all-rungs", "all packages", report.all.rungs)}
          </section>
          ${daysSection(report)}${packagesSection(packages)}${packages.slice(0, MOST_DETAILS).map(packageSection)}
          <p class="soft">
            A log knows what was fetched, not what was looked at. Made by
            mss-pack ${version}.
          </p>
        </main>
      </body>
    </html> `.text;
}

/** For a screen reader an empty list is not a list. */
function list(items: readonly Html[]): Html {
  if (items.length === 0) return html``;
  return html`<ul class="soft">
    ${items}
  </ul>`;
}

/** Nothing may be loaded or run; the one style sheet is allowed by its hash (CSP level 3, 6.7.2). */
function policy(): string {
  const hash = createHash("sha256").update(PAGE_STYLE).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function packagesSection(all: readonly PackageAudience[]): Html {
  if (all.length === 0) return html``;
  const packages = all.slice(0, MOST_PACKAGES);
  const rows = packages.map((one) => [one.package, ...figureCells(one)]);
  const more =
    all.length > packages.length
      ? html`<p>The first ${packages.length} of ${all.length} packages.</p>`
      : html``;
  return html`<section>
    <h2>Packages</h2>
    ${more}${table("Figures by package, most watched first", ["Package", ...FIGURE_HEADS], rows)}
  </section> `;
}

function packageSection(one: PackageAudience, i: number): Html {
  if (one.rungs.length === 0) return html``;
  return html`<section>
    <h2>${one.package}</h2>
    ${minutesFigure(`minutes-${i}`, one.package, one.minutes)}${rungsFigure(`rungs-${i}`, one.package, one.rungs)}
    ${streamsFigures(i, one)}
  </section> `;
}

/** With more days, bars get too narrow for a telephone. */
const MOST_DAYS = 92;

/** How long people watched on each day. */
function daysSection({ days: all }: AudienceReport): Html {
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
