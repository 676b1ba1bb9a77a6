import { CLIENTS } from "../../clients/clients.js";
import { clock, size } from "../../util/format.js";
import { html, type Html } from "../../util/html.js";
import type { ScannedFinding, ScanRow } from "../row.js";
import {
  captionsText,
  failsText,
  faultsText,
  KIND_WORDS,
  mendsText,
  pictureText,
  protectionText,
  soundText,
} from "../words.js";

/** A column of the table. */
interface Column {
  readonly name: string;
  readonly isNumber?: true;
  /** By which rows are sorted, where it is not the text. */
  readonly value?: (row: ScanRow) => number;
  readonly cell: (row: ScanRow) => string | Html;
}

export const PAGE_COLUMNS: readonly Column[] = [
  { name: "Package", cell: nameCell },
  { name: "Maker", cell: ({ maker }) => maker },
  { name: "Picture", cell: pictureCell },
  { name: "Sound", cell: soundText },
  { name: "Captions", cell: captionsText },
  {
    name: "Length",
    isNumber: true,
    value: ({ duration }) => duration,
    cell: ({ duration }) => clock(duration / 1e7),
  },
  {
    name: "Size",
    isNumber: true,
    value: ({ bytes }) => bytes,
    cell: ({ bytes }) => size(bytes),
  },
  { name: "Protection", cell: keyCell },
  {
    name: "Faults",
    value: ({ faults }) => faults.length,
    cell: (row) => findingsCell(row.faults, faultsText(row)),
  },
  {
    name: "Mends",
    value: ({ mends }) => mends?.length ?? 0,
    cell: mendsCell,
  },
  {
    name: "Fails in",
    value: ({ clients }) => clients?.length ?? 0,
    cell: (row) => details(failsText(row), failuresOf(row)),
  },
  {
    name: "Notes",
    value: ({ notes }) => notes.length,
    cell: ({ notes }) => findingsCell(notes, notesText(notes.length)),
  },
];

/** What the page can show alone, by a word of each row. */
export const FILTERS: Readonly<
  Record<
    string,
    { readonly text: string; readonly is: (row: ScanRow) => boolean }
  >
> = {
  fault: { text: "with faults", is: isFaulty },
  sound: { text: "without faults", is: (row) => !isFaulty(row) },
  problem: { text: "cannot be read", is: ({ problem }) => problem !== null },
  mends: {
    text: "to be mended",
    is: ({ mends }) => mends !== null && mends.length > 0,
  },
  protected: { text: "protected", is: ({ protection }) => protection !== null },
  clear: { text: "not protected", is: ({ protection }) => protection === null },
  captions: {
    text: "with captions",
    is: ({ captions }) => captions.length > 0,
  },
  uncaptioned: {
    text: "without captions",
    is: ({ captions }) => captions.length === 0,
  },
};

function isFaulty({ faults, problem }: ScanRow): boolean {
  return faults.length > 0 || problem !== null;
}

/** A package as a row of the table. */
export function pageRow(row: ScanRow): string {
  const words = Object.entries(FILTERS).flatMap(([word, { is }]) =>
    is(row) ? [word] : [],
  );
  const [first, ...others] = PAGE_COLUMNS;
  return html`<tr
    class="${isFaulty(row) ? "fault" : ""}"
    data-is="${words.join(" ")}"
    data-maker="${row.maker}"
  >
    <th scope="row">${first?.cell(row) ?? ""}</th>
    ${others.map((column) => cellOf(column, row))}
  </tr> `.text;
}

/** An empty cell is empty to the letter: on a narrow screen it is left out. */
function cellOf({ name, isNumber, value, cell }: Column, row: ScanRow): Html {
  const sorted = value === undefined ? html`` : html` data-n="${value(row)}"`;
  const look = isNumber ? html` class="number"` : html``;
  return html`<td data-label="${name}" ${look}${sorted}>${cell(row)}</td>`;
}

function nameCell(row: ScanRow): Html {
  const kind = KIND_WORDS[row.kind];
  return html`${row.package}${kind === "" ? "" : html`<span class="small">${kind}</span>`}${
    row.problem === null
      ? ""
      : html`<span class="small problem">${row.problem}</span>`
  }`;
}

/** `h264 1920x1080`, and below it rungs and bitrates. */
function pictureCell(row: ScanRow): string | Html {
  const [picture = "", ...others] = pictureText(row).split(", ");
  if (others.length === 0) return picture;
  return html`${picture}<span class="small">${others.join(", ")}</span>`;
}

function keyCell(row: ScanRow): string | Html {
  const text = protectionText(row);
  return text === "" ? "" : html`<span class="key">${text}</span>`;
}

function findingsCell(
  findings: readonly ScannedFinding[],
  summary: string,
): string | Html {
  const items = findings.map(({ rule, message }) => `${rule}: ${message}`);
  return details(summary, items);
}

function mendsCell(row: ScanRow): string | Html {
  const { mends, obstacles } = row;
  const items = [
    ...(mends ?? []).map(({ id, wrong, mend }) => `${id}: ${wrong}; ${mend}`),
    ...obstacles.map(({ why, hint }) => `Not by repair: ${why}. ${hint}`),
  ];
  return details(mendsText(row) || "none by repair", items);
}

function failuresOf({ clients }: ScanRow): string[] {
  return (clients ?? []).map(
    ({ client, message }) => `${CLIENTS[client].name} ${message}`,
  );
}

/** Empty when there is nothing to tell. */
function details(summary: string, items: readonly string[]): string | Html {
  if (items.length === 0) return "";
  return html`<details>
    <summary>${summary}</summary>
    <ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>
  </details>`;
}

function notesText(count: number): string {
  return count === 1 ? "1 note" : `${count} notes`;
}
