import { shellWord } from "../../util/format.js";
import { type Emitted, type ScheduledJob } from "./job.js";

/**
 * GNU make: each step's record is a target. Those of a finished package are gone, so they are secondary: make does
 * not miss them. https://www.gnu.org/software/make/manual/html_node/Chained-Rules.html
 */
export function make(job: ScheduledJob): Emitted {
  const lists = job.stages.map(({ first, count }, i) => {
    const records = Array.from(
      { length: count },
      (_, step) => `steps/${first + step}.json`,
    );
    return `STAGE${i} := ${records.join(" \\\n  ")}\n`;
  });
  const order = job.stages
    .slice(1)
    .map((_, i) => `$(STAGE${i + 1}): $(STAGE${i})\n`);
  const text = `# ${job.name}: make -j 4 does all steps; after a failure, make goes on where it was.
# Made by mss-pack plan --emit. MSS_PACK names the program, such as "npx mss-pack".
MSS_PACK ?= mss-pack
PLAN := ${shellWord(job.plan).replaceAll("$", "$$$$")}

${lists.join("\n")}
.DELETE_ON_ERROR:
.SECONDARY:

package.json: $(STAGE${job.stages.length - 1})
	$(MSS_PACK) task $(PLAN) package

${order.join("")}
steps/%.json:
	$(MSS_PACK) task $(PLAN) $*
`;
  return {
    files: [{ name: "Makefile", text }],
    start: `make -C ${shellWord(job.work)} -j "$(nproc)"`,
  };
}
