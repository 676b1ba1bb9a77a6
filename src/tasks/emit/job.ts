import { shellWord } from "../../util/format.js";

/** What a scheduler is told of a film. */
export interface ScheduledJob {
  /** Of the film, as far as schedulers take names: letters, digits and hyphens. */
  readonly name: string;
  /** Absolute path of the plan. */
  readonly plan: string;
  /** Absolute path of the work folder. */
  readonly work: string;
  /** In the order of their work: one begins when the one before is done. */
  readonly stages: readonly Stage[];
  /** Memory that a step takes, in MiB: an estimate. */
  readonly memory: number;
}

/** Steps that may run side by side. */
export interface Stage {
  /** Number of the first one; the others follow. */
  readonly first: number;
  readonly count: number;
}

/** A file to write into the work folder. */
export interface EmittedFile {
  readonly name: string;
  readonly text: string;
  readonly isProgram?: true;
}

/** What a scheduler needs, and the command that starts it there. */
export interface Emitted {
  readonly files: readonly EmittedFile[];
  readonly start: string;
}

/** Makes the files for a scheduler. */
export type Emit = (job: ScheduledJob) => Emitted;

/** Begin of each script. The name of our program may be several words. */
export function head(job: ScheduledJob, use: string): string {
  return `#!/bin/sh
# ${job.name}: ${use}
# Made by mss-pack plan --emit. MSS_PACK names the program, such as "npx mss-pack"; default: mss-pack.
set -eu
: "\${MSS_PACK:=mss-pack}"
plan=${shellWord(job.plan)}
`;
}
