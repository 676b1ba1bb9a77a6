import { notifyTarget, programGiven } from "../follow-up-values.js";
import {
  decimal,
  ENCODING,
  MANY,
  wholeNumber,
  type OptionRow,
} from "./option.js";

/** The inputs, one or many. */
export const INPUT_OPTIONS: readonly OptionRow[] = [
  {
    flags: "--from-list <file>",
    text: "also the inputs in a file, one path a line; - is standard input",
    group: "batch",
    commands: ["pack", "plan", "submit"],
    words: ["batch", "many"],
  },
  {
    flags: "--jobs <count>",
    text: "inputs at the same time (default: 1, for ffmpeg alone keeps every core busy)",
    group: "batch",
    commands: ENCODING,
    words: ["batch", "parallel"],
    parse: wholeNumber(1, 64),
  },
  {
    flags: "--jobs <count>",
    text: "packages at the same time (default: 1)",
    group: "batch",
    commands: ["repair"],
    words: ["batch", "parallel"],
    parse: wholeNumber(1, 64),
  },
  {
    flags: "--fail-fast",
    text: "after a failure begin no other input",
    group: "batch",
    commands: ["pack"],
    words: ["batch", "stop"],
  },
  {
    flags: "--report <file.json>",
    text: "write what became of each input as one JSON document, also on failure",
    group: "batch",
    commands: [...ENCODING, "repair"],
    words: ["batch", "summary"],
  },
  {
    flags: "--salvage",
    text: "package what decodes of a damaged input, instead of refusing it",
    group: "batch",
    commands: MANY,
    words: ["broken", "corrupt", "damaged"],
  },
  {
    flags: "--salvage",
    text: "take files that are cut off as far as all of them are whole, and say what is lost",
    group: "batch",
    commands: ["mux"],
    words: ["truncated", "damaged", "cut off", "recover"],
  },
  {
    flags: "--allow-network",
    text: "inputs may be http and https addresses",
    group: "batch",
    commands: [...ENCODING, "plan"],
    words: ["url", "http"],
  },
  {
    flags: "--recursive",
    text: "also films in the folders of the folder; done/ and failed/ keep the tree",
    group: "batch",
    commands: ["watch"],
    words: ["tree", "subfolder"],
  },
  {
    flags: "--settle <seconds>",
    text: "a file that has not changed for so long is finished (default: 5)",
    group: "batch",
    commands: ["watch"],
    parse: decimal,
  },
  {
    flags: "--poll <seconds>",
    text: "how often the folder is looked at (default: 2)",
    group: "batch",
    commands: ["watch"],
    parse: decimal,
  },
  {
    flags: "--once",
    text: "package what is there and finished, then end",
    group: "batch",
    commands: ["watch"],
  },
];

/** What follows on each input. */
export const AFTER_OPTIONS: readonly OptionRow[] = [
  {
    flags: "--notify <url>",
    text: "send the result of each input to an address, by POST; what fails there is only a note",
    group: "batch",
    commands: [...ENCODING, "submit"],
    words: ["webhook", "callback", "POST"],
    parse: notifyTarget,
  },
  {
    flags: "--on-done <program>",
    text: "call a program with the .ism of each package; the result is on its standard input",
    group: "batch",
    commands: [...ENCODING, "submit"],
    words: ["hook", "exec", "upload", "script"],
    parse: programGiven,
  },
];
