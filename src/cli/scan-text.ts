import type { ScanRow } from "../scan/row.js";
import type { Counts, ScanTotal } from "../scan/total.js";
import { countsOf, figures } from "../scan/total-words.js";
import {
  captionsText,
  faultsText,
  KIND_WORDS,
  playsText,
  shortPicture,
} from "../scan/words.js";
import { clock, shown, size, whole } from "../util/format.js";
import { cutEnd, fitPath, padEnd, terminalColumns } from "./columns.js";

/** A narrower terminal wraps the lines. */
const LEAST_WIDTH = 80;

/** In a file, lines are as wide as a wide terminal. */
const WIDEST = 140;

/** The columns of the table behind the name, with their widths. */
const COLUMNS: readonly {
  readonly name: string;
  readonly width: number;
  readonly isNumber?: true;
}[] = [
  { name: "Maker", width: 10 },
  { name: "Picture", width: 14 },
  { name: "Sound", width: 8 },
  { name: "Captions", width: 8 },
  { name: "Length", width: 8, isNumber: true },
  { name: "Size", width: 8, isNumber: true },
  { name: "", width: 1 },
  { name: "Plays", width: 5, isNumber: true },
  { name: "Mends", width: 5, isNumber: true },
];

/** The rules of faults stand last; a few of them are seen on any terminal. */
const FAULTS = 18;

/** The table of a scan, line by line as packages are read. */
export class ScanTable {
  readonly #width = Math.min(WIDEST, Math.max(LEAST_WIDTH, terminalColumns()));

  head(): string {
    const names = COLUMNS.map(({ name }) => name);
    return this.#line("Package", names, "Faults").trimEnd();
  }

  row(row: ScanRow): string {
    const { maker, protection, problem, mends } = row;
    const cells = [
      SHORT_MAKERS[maker] ?? maker,
      shortPicture(row),
      languagesOf(row) || "-",
      captionsText(row) || "-",
      clock(row.duration / 1e7),
      size(row.bytes),
      protection === null ? "" : "P",
      playsText(row) || "-",
      mends === null ? "-" : String(mends.length),
    ];
    const line = this.#line(row.package, cells, faultsText(row) || "-");
    const more = [KIND_WORDS[row.kind], problem ?? ""].filter(Boolean);
    const lines = more.map((text) => cutEnd(`  ${shown(text)}`, this.#width));
    return [line.trimEnd(), ...lines].join("\n");
  }

  #line(name: string, cells: readonly string[], faults: string): string {
    const middle = cells
      .map((cell, i) => {
        const { width = 0, isNumber } = COLUMNS[i] ?? {};
        const text = cutEnd(shown(cell), width);
        return ` ${isNumber ? text.padStart(width) : padEnd(text, width)}`;
      })
      .join("");
    const free = Math.max(20, this.#width - middle.length - FAULTS - 1);
    return `${fitPath(shown(name), free)}${middle} ${cutEnd(shown(faults), FAULTS)}`;
  }
}

const SHORT_MAKERS: Readonly<Record<string, string>> = {
  "Azure Media Services": "Azure",
  "Expression Encoder": "Expression",
  "Unified Streaming": "Unified",
};

function languagesOf({ audio }: ScanRow): string {
  return [...new Set(audio.map(({ language }) => language))].join(" ");
}

/** All packages together, below the table. */
export function totalText(total: ScanTotal): string {
  return [
    ...figures(total).map(([name, text]) => `${name.padEnd(16)} ${text}`),
    ...countsOf(total).flatMap(([name, counts]) => {
      const text = countsText(counts);
      return text === "" ? [] : [`${name.padEnd(16)} ${text}`];
    }),
  ].join("\n");
}

const MOST_NAMES = 12;

function countsText(counts: Counts): string {
  const all = Object.entries(counts);
  const more = all.length - MOST_NAMES;
  return [
    ...all
      .slice(0, MOST_NAMES)
      .map(([name, count]) => `${shown(name)} ${whole(count)}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join(", ");
}
