import type { Findings } from "./finding.js";
import type { FragmentRun } from "./fragment-check.js";

type Runs = readonly (FragmentRun | undefined)[];

/** What a maker does, all fragments of a track have alike; what one has alone is damage. */
export function checkTrackRuns(
  file: string,
  runs: Runs,
  findings: Findings,
): void {
  checkTold(file, runs, findings);
  checkFirstOffsets(file, runs, findings);
}

/** Makers on demand told times in index and manifest alone. */
function checkTold(file: string, runs: Runs, findings: Findings): void {
  const isLayout = runs.every((run) => run?.hasTime !== true);
  for (const [i, run] of runs.entries()) {
    if (run === undefined || run.hasTime) continue;
    const place = findings.in(file, i + 1);
    const where = isLayout ? place.dialect : place;
    where.say("tfxd", "no tfxd box: VLC begins every fragment at 0");
  }
}

/** Times are those of the first picture, so that an offset that changes moves pictures. */
function checkFirstOffsets(file: string, runs: Runs, findings: Findings): void {
  const usual = runs.find((run) => run !== undefined)?.firstOffset ?? 0;
  for (const [i, run] of runs.entries()) {
    if (run === undefined || run.firstOffset === usual) continue;
    const what = "composition offset of the first sample, unlike before,";
    const place = findings.in(file, i + 1);
    place.expect("composition", what, run.firstOffset, usual);
  }
}
