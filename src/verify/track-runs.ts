import type { Findings } from "./finding.js";
import type { CheckedRun } from "./fragment-check.js";

type CheckedRuns = readonly (CheckedRun | undefined)[];

/**
 * A habit of a maker shows in all fragments of a track; a difference in one fragment is
 * damage.
 */
export function checkTrackRuns(
  file: string,
  runs: CheckedRuns,
  findings: Findings,
): void {
  checkTold(file, runs, findings);
  checkFirstOffsets(file, runs, findings);
}

/** Makers on demand wrote times only in index and manifest. */
function checkTold(file: string, runs: CheckedRuns, findings: Findings): void {
  const isLayout = runs.every((run) => run?.hasTime !== true);
  for (const [i, run] of runs.entries()) {
    if (run === undefined || run.hasTime) continue;
    const place = findings.in(file, i + 1);
    const where = isLayout ? place.dialect : place;
    where.say("tfxd", "no tfxd box: VLC begins every fragment at 0");
  }
}

/** Times are those of the first picture, so an offset unlike most others moves pictures. */
function checkFirstOffsets(
  file: string,
  runs: CheckedRuns,
  findings: Findings,
): void {
  const usual = mostOf(runs.flatMap((run) => run?.firstOffset ?? []));
  for (const [i, run] of runs.entries()) {
    if (run === undefined) continue;
    const place = findings.in(file, i + 1);
    const isLayout = run.firstOffset === usual && usual > 0;
    const where = isLayout ? place.dialect : place;
    const expected = isLayout ? 0 : Math.max(0, usual);
    const what = "composition offset of the first sample";
    where.expect("composition", what, run.firstOffset, expected);
  }
}

/** The most frequent value, the smallest of several; 0 for no values. */
function mostOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [most] = [...counts].sort(([a, n], [b, m]) => m - n || a - b);
  return most?.[0] ?? 0;
}
