import {
  type AudienceReport,
  audienceCsv,
} from "../audience/audience-report.js";
import type { LogFile } from "../audience/log-reader.js";
import { audiencePage } from "../audience/page/page.js";
import { readAudience } from "../audience/read-audience.js";
import { PackError, outputError } from "../errors.js";
import { replaceText } from "../util/files.js";
import { version } from "../util/install.js";
import { areSameFile } from "../util/paths.js";
import { audienceText } from "./audience-text.js";
import { STDIN_LABEL } from "./inputs.js";
import { writeLine } from "./process.js";

export interface ReportFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly html?: string;
  readonly package?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `mss-pack report access.log...`: the viewers of each film, on stdout. */
export async function reportCommand(
  paths: readonly string[],
  flags: ReportFlags,
  signal: AbortSignal,
): Promise<void> {
  requireSense(paths, flags);
  if (flags.html !== undefined) await refuseLog(flags.html, paths);
  const report = await readAudience(paths.map(logOf), {
    package: flags.package,
    from: flags.from,
    to: flags.to,
    signal,
  });
  if (flags.html !== undefined)
    await writePage(flags.html, audiencePage(report, version()));
  say(report, flags);
}

function logOf(path: string): LogFile {
  if (path !== "-") return path;
  const bytes = process.stdin as AsyncIterable<Uint8Array>;
  return { name: STDIN_LABEL, bytes };
}

function say(report: AudienceReport, flags: ReportFlags): void {
  if (flags.json)
    writeLine({ type: "audience", version: version(), ...report });
  else if (flags.csv) process.stdout.write(audienceCsv(report));
  else process.stdout.write(`${audienceText(report)}\n`);
  if (flags.html !== undefined) process.stderr.write(`Wrote ${flags.html}\n`);
}

async function writePage(path: string, html: string): Promise<void> {
  try {
    await replaceText(path, html);
  } catch (cause) {
    throw outputError(path, cause, "--html FILE");
  }
}

function requireSense(paths: readonly string[], flags: ReportFlags): void {
  const { json, csv, html } = flags;
  if (json && csv)
    throw usage("--json and --csv together. Expected one of them.");
  // `--html access.log` is a mistake that would destroy the log.
  if (html !== undefined && !/\.html?$/i.test(html))
    throw usage(`--html is "${html}". Expected a name that ends with .html.`);
  if (paths.includes("-") && process.stdin.isTTY)
    throw usage("Standard input is a terminal. Expected an access log.");
}

/** A log may have the name of a page. */
async function refuseLog(html: string, paths: readonly string[]) {
  for (const path of paths)
    if (await areSameFile(html, path))
      throw usage(`--html is ${path}, which is read. Expected another file.`);
}

function usage(message: string): PackError {
  return new PackError("usage", message, {
    hint: "For example: mss-pack report access.log --html audience.html",
  });
}
