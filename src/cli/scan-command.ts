import { PackError } from "../errors.js";
import { csvFile, pageFile, type ReportFile } from "../scan/report-file.js";
import type { ScanRemark, ScanRow } from "../scan/row.js";
import { scan } from "../scan/scan.js";
import { ScanCounter } from "../scan/total.js";
import { version } from "../util/install.js";
import { areSameFile } from "../util/paths.js";
import { say, writeLine } from "./process.js";
import { NO_PROGRESS, scanProgress } from "./scan-progress.js";
import { ScanTable, totalText } from "./scan-text.js";

export interface ScanFlags {
  readonly json?: boolean;
  readonly csv?: string;
  readonly html?: string;
  readonly resume?: string;
  readonly deep?: boolean;
  readonly failOnFault?: boolean;
  /** Neither table nor progress. */
  readonly quiet?: boolean;
}

/**
 * `mss-pack scan FOLDER`: what packages there are, as a table on stdout or as JSON. Faults are
 * what it looks for, and no failure unless the user says so.
 */
export async function scanCommand(
  folder: string,
  flags: ScanFlags,
  signal: AbortSignal,
): Promise<void> {
  await requireSense(flags);
  const job = new ScanJob(folder, flags);
  const files = await reportFiles(flags);
  try {
    await job.run(files, signal);
    await job.end(files);
  } catch (error) {
    // What was scanned is kept: after hours, Ctrl-C is no reason to lose it.
    if (isStopped(error)) await job.end(files, STOPPED);
    throw error;
  } finally {
    for (const file of files) await file.close();
  }
  const { faulty, packages } = job.total();
  if (flags.failOnFault && faulty > 0)
    throw new PackError(
      "verify",
      `${faulty} of ${packages} packages ${faulty === 1 ? "has" : "have"} faults, or cannot be read.`,
      { facts: { packages, faulty } },
    );
}

const STOPPED = "Stopped before all was scanned.";

function isStopped(error: unknown): boolean {
  return error instanceof PackError && error.code === "aborted";
}

/** One scan: its table, totals and remarks. */
class ScanJob {
  readonly #counter = new ScanCounter();
  readonly #remarks: string[] = [];
  readonly #table = new ScanTable();

  constructor(
    private readonly folder: string,
    private readonly flags: ScanFlags,
  ) {}

  async run(files: readonly ReportFile[], signal: AbortSignal): Promise<void> {
    const { deep, resume } = this.flags;
    const progress = this.flags.quiet ? NO_PROGRESS : scanProgress();
    const onRemark = (remark: ScanRemark) => {
      progress.clear();
      this.#remark(remark);
    };
    try {
      let isFirst = true;
      const options = { deep, resume, onRemark, signal };
      for await (const row of scan(this.folder, options)) {
        this.#counter.add(row);
        for (const file of files) await file.add(row);
        progress.clear();
        if (isFirst && this.#isTable())
          process.stdout.write(`${this.#table.head()}\n`);
        isFirst = false;
        this.#tell(row);
        progress.show(this.total(), row.package);
      }
    } finally {
      progress.clear();
    }
  }

  total() {
    return this.#counter.total();
  }

  async end(files: readonly ReportFile[], stopped?: string): Promise<void> {
    const { folder, flags } = this;
    const total = this.total();
    const facts = { folder, total, stopped, version: version() };
    for (const file of files)
      await file.finish({ ...facts, remarks: this.#remarks });
    if (flags.json) {
      const type = { type: "scan", version: version(), folder };
      writeLine({ ...type, isWhole: stopped === undefined, ...total });
    } else if (this.#isTable()) {
      const words = stopped === undefined ? [] : [stopped];
      const empty =
        total.packages === 0
          ? [`${folder}: has no package in it.`]
          : ["", totalText(total)];
      process.stdout.write(`${[...empty, ...words].join("\n")}\n`);
    }
    for (const path of [flags.csv, flags.html])
      if (path !== undefined && !flags.quiet) say(`Wrote ${path}`);
  }

  #tell(row: ScanRow): void {
    if (this.flags.json) writeLine({ type: "scanned", ...row });
    else if (this.#isTable()) process.stdout.write(`${this.#table.row(row)}\n`);
  }

  #isTable(): boolean {
    return !this.flags.json && !this.flags.quiet;
  }

  #remark({ path, message }: ScanRemark): void {
    const text = `${path}: ${message}.`;
    if (this.#remarks.length < MOST_REMARKS) this.#remarks.push(text);
    if (this.flags.json) writeLine({ type: "remark", path, message });
    say(text);
  }
}

/** The page shows no more of them. */
const MOST_REMARKS = 1000;

async function reportFiles({ csv, html }: ScanFlags): Promise<ReportFile[]> {
  const files: ReportFile[] = [];
  if (csv !== undefined) files.push(await csvFile(csv));
  if (html !== undefined) files.push(await pageFile(html));
  return files;
}

async function requireSense({ csv, html, resume }: ScanFlags): Promise<void> {
  // `--html film.ism` is a mistake that would destroy the manifest.
  requireEnd("--html", html, /\.html?$/i, ".html");
  requireEnd("--csv", csv, /\.csv$/i, ".csv");
  if (resume === undefined) return;
  for (const other of [csv, html])
    if (other !== undefined && (await areSameFile(other, resume)))
      throw usage(
        `--resume is ${resume}, which is written as a report. Expected another file.`,
      );
}

function requireEnd(
  option: string,
  path: string | undefined,
  pattern: RegExp,
  end: string,
): void {
  if (path === undefined || pattern.test(path)) return;
  throw usage(`${option} is "${path}". Expected a name that ends with ${end}.`);
}

function usage(message: string): PackError {
  return new PackError("usage", message, {
    hint: "For example: mss-pack scan archive/ --html archive.html --resume archive.scan",
  });
}
