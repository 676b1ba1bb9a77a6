import { dirname } from "node:path";
import { memoryOfPiece } from "../../encode/in-pieces.js";
import { videoStream } from "../../plan/encode-plan.js";
import { shellWord } from "../../util/format.js";
import type { PlannedTasks } from "../plan-tasks.js";
import { stagesOf } from "../task-plan.js";

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

const MEBI = 1024 * 1024;
/** Node.js, and ffmpeg where no picture is encoded. */
const BASE = 250 * MEBI;

export function jobOf({
  path,
  tasks: { plan, id },
}: PlannedTasks): ScheduledJob {
  const word = plan.name.replaceAll(/[^A-Za-z0-9]+/g, "-").toLowerCase();
  const name = `mss-${word.replaceAll(/^-+|-+$/g, "").slice(0, 30) || "film"}-${id.slice(0, 6)}`;
  const picture = videoStream(plan);
  const memory = BASE + (picture ? memoryOfPiece(picture) : 0);
  return {
    ...{ name, plan: path, work: dirname(path), stages: stages(plan) },
    memory: Math.ceil(memory / MEBI / 50) * 50,
  };
}

function stages(plan: PlannedTasks["tasks"]["plan"]): Stage[] {
  let first = 0;
  return stagesOf(plan).map(({ length: count }) => {
    const stage = { first, count };
    first += count;
    return stage;
  });
}

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
