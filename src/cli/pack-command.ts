import { PackError } from "../errors.js";
import type { PackOptions } from "../options.js";
import { pack } from "../pack.js";
import { planOptions, type LadderFlags } from "./options.js";
import { chooseReporter } from "./choose-reporter.js";

export interface PackFlags extends LadderFlags {
  /** Not commander's requiredOption: subcommands would have to give it too. */
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly verify: "quick" | "full";
  readonly salvage?: boolean;
  readonly tfdt?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `mss-pack input -o out/` */
export async function packCommand(
  input: string,
  flags: PackFlags,
  signal: AbortSignal,
): Promise<void> {
  if (!flags.out) {
    throw new PackError("usage", "No output folder. Expected -o FOLDER.", {
      hint: `For example: mss-pack ${input} -o out/`,
    });
  }
  const reporter = chooseReporter(flags);
  const options: PackOptions = {
    ...planOptions(flags, signal),
    output: flags.out,
    overwrite: flags.overwrite,
    verify: flags.verify,
    salvage: flags.salvage,
    tfdt: flags.tfdt,
    onPlan: (plan, tools) => reporter.plan(plan, tools),
    onProgress: (progress) => reporter.progress(progress),
  };
  try {
    reporter.result(await pack(input, options));
  } finally {
    reporter.close();
  }
}
