import { createHash } from "node:crypto";
import type { AudienceReport, PackageAudience } from "../audience-report.js";
import { remarksOf, sourceText, overview } from "../format.js";
import { daysSection } from "./days.js";
import { figureCells, FIGURE_HEADS } from "./figures.js";
import { Html, html } from "./html.js";
import { minutesFigure } from "./minutes.js";
import { rungsFigure } from "./rungs.js";
import { STYLE } from "./style.js";
import { table } from "./table.js";

/** More rows than anybody reads; --json and --csv have all. */
const MOST_PACKAGES = 500;

/** Packages with plots of their own. */
const MOST_DETAILS = 20;

/**
 * The report as one page that needs nothing else, neither a network nor
 * scripts, and allows none. Names from logs are shown as text, whatever they
 * hold.
 *
 * @param version of mss-pack, said at the end
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
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <h1>Audience</h1>
          <p>${sourceText(report)}</p>
          ${list(remarks)}
          <section>
            <h2>In all</h2>
            <dl>
              ${overview(report.all).map(
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

/** A list without items is none to a screen reader. */
function list(items: readonly Html[]): Html {
  if (items.length === 0) return html``;
  return html`<ul class="soft">
    ${items}
  </ul>`;
}

/** Nothing may be loaded or run; the one style sheet is known by its hash (CSP level 3, 6.7.2). */
function policy(): string {
  const hash = createHash("sha256").update(STYLE).digest("base64");
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
  </section> `;
}
