import type { Command } from "commander";
import type { ReportFlags } from "./report-command.js";
import type { ServeFlags } from "./serve-command.js";
import { addServeOptions } from "./serve-options.js";

const SERVE_EXAMPLES = `
Examples:
  mss-pack serve out/ --open                       and look at it in a browser
  mss-pack serve out/ --host 0.0.0.0 --access-log access.log
  mss-pack serve out/ --preview-keys film.keys     protected packages, with the key at hand
`;

/** Commands for viewers: an origin, and who watched. */

export function addServe(program: Command, signal: AbortSignal): void {
  const command = program
    .command("serve <folder>")
    .description(
      "an origin for the packages in a folder, with a page that plays them",
    );
  addServeOptions(command)
    .addHelpText("after", SERVE_EXAMPLES)
    .action(async (folder: string, flags: ServeFlags) => {
      const { serveCommand } = await import("./serve-command.js");
      await serveCommand(folder, flags, signal);
    });
}

const REPORT_EXAMPLES = `
Examples:
  mss-pack report access.log                     a table
  mss-pack report access.log* --html week.html   rotated logs, in any order
  mss-pack report access.log --package films/one --from 2026-11-01
  mss-pack report access.log --csv > days.csv    a row for each day and package
  mss-pack report - < access.log
`;

export function addReport(program: Command, signal: AbortSignal): void {
  program
    .command("report <access.log...>")
    .description("tell who watched what, from access logs of serve or nginx")
    .option("--json", "the report as JSON")
    .option("--csv", "a row for each day and package")
    .option("--html <file>", "also write a page with plots")
    .option("--package <name>", "only this package: its path without .ism")
    .option("--from <day>", "only from this day on (UTC), such as 2026-11-26")
    .option("--to <day>", "only until this day, which counts too")
    .option("--debug", "print stacks of errors")
    .addHelpText("after", REPORT_EXAMPLES)
    .action(async (logs: string[], flags: ReportFlags) => {
      const { reportCommand } = await import("./report-command.js");
      await reportCommand(logs, flags, signal);
    });
}
