import { join } from "node:path";
import { writeAccessLog } from "../access-log.js";
import type { Case, Outcome, Setting } from "../case.js";
import { noRoom } from "../film.js";
import { median } from "../in-turn.js";
import { measureCliPeak } from "../measure.js";

const LINES = 1_000_000;
const BYTES = 0.48e9;

const MOST_SECONDS = 10;
const MOST_MB = 200;

/** What every way of saying it costs is lost in the reading. */
export const report: Case = {
  name: "report",
  runs: 5,
  title: "who watched what, by an access log of a million lines, as JSON",
  run: measureReport,
};

async function measureReport({ folder, runs }: Setting): Promise<Outcome> {
  const reason = await noRoom(folder, BYTES);
  if (reason !== undefined) return { skipped: [reason] };
  const log = join(folder, "access.log");
  const viewers = await writeAccessLog(log, LINES);
  const costs = [];
  for (let run = 0; run < runs; run++)
    costs.push(await measureCliPeak(["report", log, "--json"]));
  const peaks = costs.map(({ peakBytes }) => peakBytes / 1e6);
  const walls = costs.map(({ wallSeconds }) => wallSeconds);
  return {
    costs: { "mss-pack report": costs },
    figures: [
      {
        what: `a million lines of ${viewers} viewers`,
        ...{ value: median(walls), unit: "s", most: MOST_SECONDS },
      },
      {
        ...{ what: "Node process at its peak", value: Math.max(...peaks) },
        ...{ unit: "MB", most: MOST_MB },
      },
    ],
  };
}
