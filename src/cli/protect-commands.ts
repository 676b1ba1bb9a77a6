import type { Command } from "commander";
import { addKeyOptions, addProtectOptions } from "./protect-options.js";
import {
  addReprotectOptions,
  type ReprotectFlags,
} from "./reprotect-options.js";

/** Commands that encrypt finished packages, and give them back. */

export function addProtect(program: Command, signal: AbortSignal): void {
  const command = program
    .command("protect <package.ism>")
    .description("encrypt a finished package; all else in it stays as it is");
  addReprotectOptions(command).option(
    "--reproducible",
    "the same package and key give the same bytes on every run",
  );
  addProtectOptions(command)
    .addHelpText("after", PROTECT_EXAMPLES)
    .action(async (ism: string, flags: ReprotectFlags) => {
      const { protectCommand } = await import("./protect-command.js");
      await protectCommand(ism, flags, signal);
    });
}

const PROTECT_EXAMPLES = `
Examples:
  mss-pack protect film.ism -o protected/ --la-url https://example.com/rights --key-file film.keys
  mss-pack protect film.ism -o protected/ --cpix film.cpix --cpix-private-key ours.pem
  mss-pack protect film.ism -o protected/ --la-url https://example.com/rights --generate-keys --keys-out film.keys
`;

export function addUnprotect(program: Command, signal: AbortSignal): void {
  const command = program
    .command("unprotect <package.ism>")
    .description(
      "give a protected package back in the clear, byte for byte, to whoever has its key",
    );
  addKeyOptions(addReprotectOptions(command)).action(
    async (ism: string, flags: ReprotectFlags) => {
      const { unprotectCommand } = await import("./unprotect-command.js");
      await unprotectCommand(ism, flags, signal);
    },
  );
}
