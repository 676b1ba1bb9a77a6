import { DEFAULT_SYSTEM } from "../drm/systems.js";
import { protectPackage } from "../reprotect/protect.js";
import { chooseReporter } from "./choose-reporter.js";
import { protectionFor } from "./protection.js";
import {
  deliverFlags,
  nameOf,
  requireOut,
  type ReprotectFlags,
} from "./reprotect-options.js";
import { deliveredSaid } from "./said.js";

/** `mss-pack protect package.ism -o out/` */
export async function protectCommand(
  ism: string,
  flags: ReprotectFlags,
  signal: AbortSignal,
): Promise<void> {
  const output = requireOut(flags, `mss-pack protect ${ism}`);
  const scheme = flags.protect ?? DEFAULT_SYSTEM;
  const command = { output, signal };
  const protection = await protectionFor(scheme, flags, command);
  const reporter = chooseReporter(flags);
  try {
    const delivered = await protectPackage(ism, {
      ...deliverFlags(flags, output, signal, reporter),
      protection,
    });
    reporter.result(deliveredSaid(delivered, { name: nameOf(ism), notes: [] }));
  } finally {
    reporter.close();
  }
}
