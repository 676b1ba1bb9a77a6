import { DEFAULT_SYSTEM } from "../drm/system.js";
import { protectPackage } from "../pipeline/protect.js";
import { unprotectPackage } from "../pipeline/unprotect.js";
import { chooseReporter } from "./choose-reporter.js";
import { deliveredSaid } from "./messages.js";
import { packageKey } from "./package-key.js";
import { protectionFor } from "./protection.js";
import {
  deliverFlags,
  nameOf,
  requireOut,
  type ReprotectFlags,
} from "./reprotect-options.js";

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
