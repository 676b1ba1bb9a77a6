import { unprotectPackage } from "../reprotect/unprotect.js";
import { chooseReporter } from "./choose-reporter.js";
import { packageKey } from "./package-key.js";
import {
  deliverFlags,
  nameOf,
  requireOut,
  type ReprotectFlags,
} from "./reprotect-options.js";
import { deliveredSaid } from "./said.js";

/** `mss-pack unprotect package.ism --key-file film.keys -o out/` */
export async function unprotectCommand(
  ism: string,
  flags: ReprotectFlags,
  signal: AbortSignal,
): Promise<void> {
  const output = requireOut(
    flags,
    `mss-pack unprotect ${ism} --key-file film.keys`,
  );
  const contentKey = await packageKey(ism, flags, { output, signal });
  const reporter = chooseReporter(flags);
  try {
    const delivered = await unprotectPackage(ism, {
      ...deliverFlags(flags, output, signal, reporter),
      contentKey,
    });
    reporter.result(deliveredSaid(delivered, { name: nameOf(ism), notes: [] }));
  } finally {
    reporter.close();
  }
}
