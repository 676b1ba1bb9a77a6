import { createHash } from "node:crypto";
import { whole } from "../../util/format.js";
import { html, Html } from "../../util/html.js";
import type { Counts, ScanTotal } from "../total.js";
import { countsOf, figures } from "../total-words.js";
import { PAGE_COLUMNS, FILTERS } from "./columns.js";
import { SCRIPT } from "./script.js";
import { STYLE } from "./style.js";

/** What stands at the head of the page. */
export interface PageFacts {
  /** As the user named it. */
  readonly folder: string;
  readonly total: ScanTotal;
  readonly remarks: readonly string[];
  /** Why not all packages are there; undefined when they are. */
  readonly stopped?: string | undefined;
  /** Of mss-pack. */
  readonly version: string;
}

/** Where the rows go; text from outside is escaped, and cannot be this. */
const ROWS = "<!-- rows -->";

/**
 * The page before its first row, and behind its last. It loads nothing, and forbids all but its
 * own script and styles.
 */
export function pageParts(facts: PageFacts): readonly [string, string] {
  const [head = "", end = ""] = page(facts).split(ROWS);
  return [head, end];
}

function page({ folder, total, remarks, stopped, version }: PageFacts): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Smooth Streaming packages</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <h1>Smooth Streaming packages</h1>
          <p>${folder}</p>
          ${stopped === undefined ? html`` : html`<p><strong>${stopped}</strong></p>`}
          ${list(remarks)}
          <section>
            <h2>In all</h2>
            <dl>${figures(total).map(figure)}</dl>
            <div class="counts">
              ${countsOf(total).map(([caption, counts]) => countTable(caption, counts))}
            </div>
          </section>
          <section>
            <h2>Packages</h2>
            ${controls(total)}
            <table id="packages">
              <thead>
                <tr>
                  ${PAGE_COLUMNS.map(({ name, isNumber }) => html`<th scope="col" class="${isNumber ? "number" : ""}">${name}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${new Html(ROWS)}
              </tbody>
            </table>
          </section>
          <p class="soft">
            Told by manifests and indexes. Made by mss-pack ${version}.
          </p>
        </main>
        ${new Html(`<script>${SCRIPT}</script>`)}
      </body>
    </html> `.text;
}

/** Nothing may be loaded; the script and the style sheet are allowed by their hashes (CSP level 3, 6.7.2). */
function policy(): string {
  const hash = (text: string) =>
    `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return `default-src 'none'; script-src ${hash(SCRIPT)}; style-src ${hash(STYLE)}; base-uri 'none'; form-action 'none'`;
}

function list(items: readonly string[]): Html {
  if (items.length === 0) return html``;
  return html`<ul class="soft">
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}

function figure([name, text]: readonly [string, string]): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${text}</dd>
  </div>`;
}

function countTable(caption: string, counts: Counts): Html {
  const rows = Object.entries(counts);
  if (rows.length === 0) return html``;
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <tbody>
      ${rows.map(
        ([name, count]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${whole(count)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Hidden until the script is there. */
function controls({ makers }: ScanTotal): Html {
  const option = (value: string, text: string) =>
    html`<option value="${value}">${text}</option>`;
  return html`<form id="controls" hidden>
    <label
      >Search
      <input
        id="search"
        type="search"
        placeholder="name, codec, language, rule"
    /></label>
    <label
      >Show
      <select id="only">
        ${option("", "all")}${Object.entries(FILTERS).map(([value, { text }]) => option(value, text))}
      </select></label
    >
    <label
      >Maker
      <select id="maker">
        ${option("", "all")}${Object.keys(makers).map((name) => option(name, name))}
      </select></label
    >
    <p id="told" class="soft" role="status"></p>
  </form>`;
}
