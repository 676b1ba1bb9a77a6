import { mkdtempSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { REQUEST } from "../drm/package.js";
import { faceConvert } from "./face-convert.js";
import { face, type Verdict } from "./face.js";
import { packageForFuzz } from "./package.js";
import { faceScan } from "./face-scan.js";
import { PACKAGE_TURNS } from "./mutant.js";
import { Shelf } from "./shelf.js";

/**
 * A process that lets readers face mutants, one after another. It writes the
 * number of the mutant it works on into a file first, so that whoever watches
 * knows which one crashed or hangs it.
 *
 * Arguments: seed, first number, end, step, progress file, readers: `files`, `scan`, `convert` or `convert-cenc`.
 */
const readers = process.argv[7] ?? "files";
const isScan = readers === "scan";
const [seed = 1, first = 0, end = 0, step = 1] = process.argv
  .slice(2, 6)
  .map(Number);
const progressPath = process.argv[6] ?? "";
const progress = openSync(progressPath, "w");

/** Most scans are not deep. */
const DEEP_EVERY = 8;

/** What the process reports at its end. */
export interface Report {
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly slowest: { readonly number: number; readonly ms: number };
  /** The most memory that the process ever had, in bytes. */
  readonly peak: number;
}

// Beside the progress file: whoever watches removes it, also after a crash.
const folder = mkdtempSync(join(dirname(progressPath), "package-"));

const isProtected = readers === "convert-cenc";
const shelf = new Shelf(
  await packageForFuzz(folder, isProtected ? REQUEST : undefined),
  readers === "files" ? undefined : PACKAGE_TURNS,
);
const verdicts = { refused: 0, findings: 0, accepted: 0 };
let slowest = { number: first, ms: 0 };

for (let number = first; number < end; number += step) {
  writeSync(progress, String(number).padEnd(12), 0);
  const { file } = shelf.put(seed, number);
  const begin = performance.now();
  const answer = await answerOf(number, file);
  verdicts[answer]++;
  const ms = performance.now() - begin;
  if (ms > slowest.ms) slowest = { number, ms };
  requireMemory(number);
}
report({ verdicts, slowest, peak: peakMemory() });

function answerOf(number: number, file: string): Promise<Verdict> {
  if (isScan) return faceScan(shelf.folder, number % DEEP_EVERY === 0);
  return readers === "files"
    ? face(file, shelf.folder)
    : faceConvert(shelf.folder, number, isProtected);
}

/** The most that any mutant may make of this process, Node.js itself included. */
function requireMemory(number: number): void {
  const megabytes = Math.round(peakMemory() / 1e6);
  if (megabytes > 300)
    throw new Error(`${megabytes} MB after mutant ${number}`);
}

function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function report(found: Report): void {
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
