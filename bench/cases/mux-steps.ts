import { fileURLToPath } from "node:url";
import type { Case, Outcome } from "../case.js";
import { inTurn, median } from "../in-turn.js";
import { measure } from "../measure.js";
import { ONE_GIGABYTE, withOneGigabyte, type Job } from "../one-gigabyte.js";

const MUX_STEPS = fileURLToPath(new URL("../mux-steps.js", import.meta.url));

/** Where the time goes. */
export const muxSteps: Case = {
  name: "mux/steps",
  runs: 5,
  title: `${ONE_GIGABYTE}, each step`,
  run: (setting) => withOneGigabyte(setting, measureSteps),
};

async function measureSteps({ film, out, clean, runs }: Job): Promise<Outcome> {
  const mux = () => measure(process.execPath, [MUX_STEPS, film, out]);
  const { all = [] } = await inTurn(runs, { all: mux }, clean);
  const steps = all.map(({ told }) => JSON.parse(told) as Steps);
  return {
    costs: { all },
    figures: Object.keys(steps[0] ?? {}).map((step) => ({
      ...{ what: step, unit: "s" },
      value: median(steps.map((run) => run[step] ?? NaN)),
    })),
  };
}

/** Seconds of each step, in their order. */
type Steps = Readonly<Record<string, number>>;
