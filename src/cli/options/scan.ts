import type { CommandName, OptionRow } from "./option.js";

const SCAN: readonly CommandName[] = ["scan"];

/** Options of the scan of an archive. */
export const SCAN_OPTIONS: readonly OptionRow[] = [
  {
    flags: "--html <file>",
    text: "also write one page that needs no network: totals, and a table to sort and to filter",
    group: "archive",
    commands: SCAN,
    common: true,
    words: ["report", "web"],
  },
  {
    flags: "--csv <file>",
    text: "also write a row for each package",
    group: "archive",
    commands: SCAN,
    common: true,
    words: ["spreadsheet", "Excel"],
  },
  {
    flags: "--resume <file>",
    text: "keep what is found in this file; with it, a package whose files have the same sizes and times is not read again",
    group: "archive",
    commands: SCAN,
    common: true,
    words: ["again", "state", "continue"],
  },
  {
    flags: "--deep",
    text: "read the head of every fragment, as verify --verify quick does; default: manifests, indexes, first and last fragments",
    group: "archive",
    commands: SCAN,
    words: ["moof", "walk"],
  },
  {
    flags: "--fail-on-fault",
    text: "exit code 5 when a package has faults or cannot be read; default: faults are findings, and the exit code is 0",
    group: "archive",
    commands: SCAN,
    words: ["CI", "exit"],
  },
];
