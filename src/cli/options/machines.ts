import { SCHEDULERS } from "../../tasks/emit/index.js";
import type { OptionRow } from "./option.js";

/** Work of one film on many machines. */
export const MACHINE_OPTIONS: readonly OptionRow[] = [
  {
    flags: "--work <folder>",
    text: "write the plan into this folder, for mss-pack task on machines that see it under the same path",
    brief: "write the plan into a folder, for mss-pack task",
    group: "machines",
    commands: ["plan"],
    words: ["cluster", "farm", "distributed", "pieces"],
  },
  {
    flags: "--emit <scheduler>",
    text: "also write what a scheduler needs to do the plan of --work, and tell how to start it",
    brief: "also write the scripts for a scheduler",
    group: "machines",
    commands: ["plan"],
    words: ["cluster", "farm", "kubernetes", "batch", "array"],
    choices: Object.keys(SCHEDULERS),
  },
  {
    flags: "--allow-mixed",
    text: "take part with another ffmpeg, x264 or mss-pack than the plan was made with",
    group: "machines",
    commands: ["task", "worker"],
    words: ["version", "different"],
  },
];
