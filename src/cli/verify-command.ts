import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ContentKey } from "../drm/content-key.js";
import { stdinOptions } from "../drm/keys/source.js";
import { messageOf, PackError, throwIfAborted } from "../errors.js";
import { findTools, type Tools } from "../ffmpeg/find.js";
import type { Client } from "../clients/clients.js";
import { relabelError } from "../batch/pack-item.js";
import { findPackages } from "../serve/find-packages.js";
import { isStoreAddress } from "../store/address.js";
import { openStore } from "../store/store.js";
import { hasSecret } from "../util/secrets.js";
import { version } from "../util/install.js";
import { faultsIn, type Finding } from "../verify/finding.js";
import { isMediaName } from "../verify/media-file.js";
import { verify, type VerifyReport } from "../verify/verify.js";
import { failureOf, reportError } from "./errors.js";
import { asksForKey, type KeyFlags } from "./options/protection.js";
import { expand, PACKAGES } from "./patterns.js";
import { writeLine } from "./process.js";
import {
  reportText,
  verdictTable,
  type PackageVerdict,
} from "./verify-text.js";
import { requirePackage } from "./wrong-turns.js";

export interface VerifyFlags extends KeyFlags {
  readonly verify: "quick" | "full";
  /** The old name of `--verify quick`. */
  readonly quick?: boolean;
  readonly for?: readonly Client[];
  readonly json?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  readonly stallTimeout?: number;
  readonly s3Endpoint?: string;
}

/**
 * `mss-pack verify package.ism...`: findings on stdout. The exit code of faults is 5 for one
 * package, and 6 for several, a pattern or a folder.
 */
export async function verifyCommand(
  args: readonly string[],
  flags: VerifyFlags,
  signal: AbortSignal,
): Promise<void> {
  const { packages, isBatch } = await givenPackages(args);
  const job = { decodeWith: await toolsFor(flags), isBatch, signal };
  if (isBatch) return verifyMany(packages, flags, job);
  await verifyOne(packages[0] ?? "", flags, job);
}

interface Job {
  readonly decodeWith: Tools | undefined;
  readonly isBatch: boolean;
  readonly signal: AbortSignal;
}

async function toolsFor(flags: VerifyFlags): Promise<Tools | undefined> {
  if (flags.quick || flags.verify === "quick") return undefined;
  return findTools({
    ffmpegPath: flags.ffmpeg,
    ffprobePath: flags.ffprobe,
    stallTimeoutSeconds: flags.stallTimeout,
  });
}

/** @throws PackError `usage` when a pattern or a folder contains no package */
async function givenPackages(args: readonly string[]) {
  const words = await Promise.all(args.map(packagesOf));
  const isBatch = args.length > 1 || words.some((word) => word.isBatch);
  return {
    packages: [...new Set(words.flatMap(({ packages }) => packages))],
    isBatch,
  };
}

async function packagesOf(word: string) {
  const stats = await stat(word).catch(() => undefined);
  if (stats?.isDirectory())
    return { packages: await packagesIn(word), isBatch: true };
  const { files, isPattern } = await expand(word, PACKAGES);
  return { packages: files.map(({ path }) => path), isBatch: isPattern };
}

async function packagesIn(folder: string): Promise<string[]> {
  const packages = await findPackages(folder);
  if (packages.length > 0) return packages.map(({ file }) => join(file));
  throw new PackError("usage", `${folder}: has no package in it.`, {
    hint: "A package is an .ism file with the files that it names.",
    facts: { found: folder },
  });
}

async function verifyOne(
  ism: string,
  flags: VerifyFlags,
  job: Job,
): Promise<void> {
  const { report, isOpened } = await check(ism, flags, job);
  if (flags.json) writeLine({ type: "report", ...report });
  else process.stdout.write(`${reportText(ism, report, isOpened)}\n`);
  const error = faultError(ism, report, isOpened);
  if (error !== undefined) throw error;
}

async function verifyMany(
  packages: readonly string[],
  flags: VerifyFlags,
  job: Job,
): Promise<void> {
  refuseStdinKey(flags);
  const verdicts: PackageVerdict[] = [];
  for (const [i, ism] of packages.entries()) {
    throwIfAborted(job.signal);
    verdicts.push(await judge(ism, i + 1, flags, job));
  }
  const wrong = verdicts.filter(({ error }) => error !== undefined).length;
  const error =
    wrong === 0
      ? undefined
      : new PackError(
          "batch",
          `${wrong} of ${packages.length} packages ${wrong === 1 ? "is" : "are"} not valid.`,
          { facts: { total: packages.length, failed: wrong } },
        );
  if (flags.json)
    writeLine({
      ...{ type: "reports", version: version() },
      exit: error ? failureOf(error).exit : 0,
      ...{ total: packages.length, valid: packages.length - wrong },
      failed: wrong,
    });
  else process.stdout.write(`\n${verdictTable(verdicts)}\n`);
  if (error !== undefined) throw error;
}

/** One of many: its fault is reported, and the others go on. */
async function judge(
  ism: string,
  item: number,
  flags: VerifyFlags,
  job: Job,
): Promise<PackageVerdict> {
  const context = { input: ism, item };
  try {
    const { report, isOpened } = await check(ism, flags, job);
    if (flags.json) writeLine({ type: "report", ...context, ...report });
    else process.stdout.write(`${reportText(ism, report, isOpened)}\n`);
    const error = faultError(ism, report, isOpened);
    return { input: ism, report, error: error?.message };
  } catch (error) {
    if (!(error instanceof PackError) || error.code === "aborted") throw error;
    if (flags.json)
      writeLine({ type: "error", ...context, ...failureOf(error) });
    else reportError(error, []);
    return { input: ism, error: messageOf(error) };
  }
}

interface Checked {
  readonly report: VerifyReport;
  readonly isOpened: boolean;
}

/** A package in a store is copied first: every byte of it is looked at anyway. */
async function check(
  ism: string,
  flags: VerifyFlags,
  job: Job,
): Promise<Checked> {
  if (!isStoreAddress(ism)) return checkLocal(ism, flags, job);
  const { withFetched } = await import("../output/fetch-package.js");
  const store = openStore({ endpoint: flags.s3Endpoint });
  return withFetched(store, ism, job.signal, (path) =>
    checkLocal(path, flags, job).catch((error: unknown) => {
      throw relabelError(error, path, ism);
    }),
  );
}

async function checkLocal(
  ism: string,
  flags: VerifyFlags,
  { decodeWith, isBatch, signal }: Job,
): Promise<Checked> {
  requirePackage(ism);
  const clients = flags.for;
  if (clients !== undefined && isMediaName(ism)) throw noManifest(ism);
  const contentKey = await keyFor(ism, flags, isBatch, signal);
  const report = await verify(ism, { decodeWith, contentKey, clients, signal });
  return { report, isOpened: contentKey !== undefined };
}

function noManifest(file: string): PackError {
  return new PackError(
    "usage",
    `--for: ${file} is a media file, and clients go by manifests. Expected an .ism.`,
    { facts: { option: "--for" } },
  );
}

function faultError(
  ism: string,
  { findings }: VerifyReport,
  isOpened: boolean,
): PackError | undefined {
  const faults = faultsIn(findings);
  const count = faults.length;
  if (count === 0) return undefined;
  return new PackError(
    "verify",
    `${ism}: ${count} ${count === 1 ? "fault" : "faults"}.`,
    {
      facts: { findings: count },
      ...(isOpened && faults.some(isOfDecoding) && { hint: ANOTHER_KEY }),
    },
  );
}

function isOfDecoding({ rule }: Finding): boolean {
  return rule === "decode";
}

const ANOTHER_KEY =
  "A header without a checksum does not tell a wrong key: then nothing decodes, either.";

/** Standard input can be read for one package only. */
function refuseStdinKey(flags: VerifyFlags): void {
  const [option] = stdinOptions(flags);
  if (option === undefined) return;
  throw new PackError(
    "usage",
    `${option} is standard input, and there are several packages. Expected a file.`,
    { facts: { option } },
  );
}

/** The key of a protected package. Without one, verify only checks that samples are encrypted. */
async function keyFor(
  ism: string,
  flags: VerifyFlags,
  isBatch: boolean,
  signal: AbortSignal,
): Promise<ContentKey | undefined> {
  const isAsked = asksForKey(flags);
  if (!isAsked && !hasSecret(process.env)) return undefined;
  const { isProtected, keyForPackage } = await import("./protection.js");
  // A key variable may be for other commands, and a key file for other packages: both are ignored for
  // a clear package.
  const mayBeClear = isBatch || !isAsked;
  if (mayBeClear && !(await isProtected(ism))) return undefined;
  return keyForPackage(ism, flags, { output: undefined, signal });
}
