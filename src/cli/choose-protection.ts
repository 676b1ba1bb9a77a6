import { Option } from "commander";
import type { ProtectionRequest } from "../drm/index.js";
import { type SchemeName, SYSTEMS } from "../drm/system.js";
import { PackError } from "../errors.js";
import type { ReporterFlags } from "./choose-reporter.js";
import { type ProtectFlags, PROTECT_OPTIONS } from "./protect-options.js";
import type { ProtectedCommand } from "./protection.js";

/**
 * The protection that the flags ask for, its key read or made; told to the user at once.
 *
 * @returns undefined when they ask for none
 * @throws PackError `usage`, `input`, `exists` or `output`
 */
export async function protectionOf(
  flags: ProtectFlags & ReporterFlags,
  command: ProtectedCommand,
): Promise<ProtectionRequest | undefined> {
  const scheme = schemeOf(flags);
  if (scheme === undefined) return undefined;
  const { protectionFor } = await import("./protection.js");
  return protectionFor(scheme, flags, command);
}

/**
 * By which system packages are protected. Other options of protection say nothing
 * without it, and a film that is not encrypted would come as a surprise.
 *
 * @throws PackError `usage`
 */
export function schemeOf(flags: ProtectFlags): SchemeName | undefined {
  if (flags.protect !== undefined) return flags.protect;
  for (const { flags: names } of PROTECT_OPTIONS) {
    const option = new Option(names);
    if (flags[option.attributeName() as keyof ProtectFlags] === undefined)
      continue;
    throw new PackError(
      "usage",
      `${option.long} is given without --protect: nothing would be encrypted.`,
      {
        hint: `--protect ${Object.keys(SYSTEMS).join(" or ")} encrypts.`,
        facts: { option: option.long },
      },
    );
  }
  return undefined;
}
