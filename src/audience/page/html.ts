import { size, whole } from "../../util/format.js";
import { html, type Html } from "../../util/html.js";
import type { AudienceFigures } from "../audience-report.js";
import { errorCount, megabits, stallsCount, watchedText } from "../format.js";

type Cell = string | Html;

/** A table whose first column names the rows. On a narrow screen it scrolls sideways, with the keyboard too. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
): Html {
  return html`<div
    class="scroll"
    tabindex="0"
    role="region"
    aria-label="${caption}"
  >
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(row)}
      </tbody>
    </table>
  </div> `;
}

function row([name = "", ...cells]: readonly Cell[]): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    ${cells.map((cell) => html`<td>${cell}</td>`)}
  </tr> `;
}

export const FIGURE_HEADS = [
  ...["Viewers", "Playbacks", "Watched", "Mbit/s", "Up", "Down"],
  ...["Stalls", "Bytes", "Errors", "Cut off"],
];

/** The cells under {@link FIGURE_HEADS}. */
export function figureCells(figures: AudienceFigures): string[] {
  return [
    ...[whole(figures.viewers), whole(figures.playbacks)],
    ...[watchedText(figures), megabits(figures.averageBitrate)],
    ...[whole(figures.switchesUp), whole(figures.switchesDown)],
    ...[stallsCount(figures), size(figures.bytes)],
    whole(errorCount(figures)),
    whole(figures.aborted),
  ];
}
