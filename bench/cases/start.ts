import type { Case, Outcome, Setting } from "../case.js";
import { inTurn, ratio } from "../in-turn.js";
import { measure, measureCli } from "../measure.js";

const MOST_OF_NODE = 1.6;

/** Words that need no work are said at once. */
export const start: Case = {
  name: "start",
  runs: 21,
  title: "--version and --help beside Node alone",
  run: compare,
};

async function compare({ runs }: Setting): Promise<Outcome> {
  const costs = await inTurn(runs, {
    "node -e 0": () => measure(process.execPath, ["-e", "0"]),
    "mss-pack --version": () => measureCli(["--version"]),
    "mss-pack --help": () => measureCli(["--help"]),
  });
  return {
    costs,
    figures: ["mss-pack --version", "mss-pack --help"].map((ours) =>
      ratio(costs, [ours, "node -e 0"], "wall", MOST_OF_NODE),
    ),
  };
}
