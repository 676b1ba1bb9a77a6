import type { ContentKey } from "../drm/content-key.js";
import { PackError } from "../errors.js";
import { findTools } from "../ffmpeg/find.js";
import { hasSecret } from "../util/environment.js";
import { clock } from "../util/format.js";
import { describeFinding, faultsIn, type Finding } from "../verify/finding.js";
import { verify, type VerifyReport } from "../verify/verify.js";
import { asksForKey, type KeyFlags } from "./options/protection.js";

export interface VerifyFlags extends KeyFlags {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  readonly stallTimeout?: number;
}

/** `mss-pack verify package.ism`: findings on stdout, exit code 5 when there are faults. */
export async function verifyCommand(
  ism: string,
  flags: VerifyFlags,
  signal: AbortSignal,
): Promise<void> {
  const decodeWith = !flags.quick
    ? await findTools({
        ffmpegPath: flags.ffmpeg,
        ffprobePath: flags.ffprobe,
        stallTimeoutSeconds: flags.stallTimeout,
      })
    : undefined;
  const contentKey = await keyFor(ism, flags, signal);
  const report = await verify(ism, { decodeWith, contentKey, signal });
  const text = flags.json
    ? JSON.stringify({ type: "report", ...report })
    : reportText(ism, report, contentKey !== undefined);
  process.stdout.write(`${text}\n`);
  const faults = faultsIn(report.findings);
  const count = faults.length;
  if (count > 0) {
    throw new PackError(
      "verify",
      `${ism}: ${count} ${count === 1 ? "fault" : "faults"}.`,
      {
        facts: { findings: count },
        ...(contentKey && faults.some(isOfDecoding) && { hint: ANOTHER_KEY }),
      },
    );
  }
}

function isOfDecoding({ rule }: Finding): boolean {
  return rule === "decode";
}

const ANOTHER_KEY =
  "A header without a checksum does not tell a wrong key: then nothing decodes, either.";

/** Of a protected package. Without one, only that samples are hidden is looked at. */
async function keyFor(
  ism: string,
  flags: VerifyFlags,
  signal: AbortSignal,
): Promise<ContentKey | undefined> {
  const isAsked = asksForKey(flags);
  if (!isAsked && !hasSecret(process.env)) return undefined;
  const { isProtected, packageKey } = await import("./protection.js");
  // A variable may be there for other commands: of a clear package it says nothing.
  if (!isAsked && !(await isProtected(ism))) return undefined;
  return packageKey(ism, flags, { output: undefined, signal });
}

function reportText(
  ism: string,
  { findings, tracks, duration }: VerifyReport,
  hasKey: boolean,
): string {
  const rows = tracks.map(
    ({ file, fragments, samples }) =>
      `  ${file}: ${fragments} fragments, ${samples} samples`,
  );
  const faults = faultsIn(findings);
  const notes = findings.filter(({ level }) => level === "note");
  const said = [...faults, ...notes].map(
    (finding) => `${finding.level}: ${describeFinding(finding)}`,
  );
  if (faults.length > 0) return [...rows, ...said].join("\n");
  return [
    `${ism}: valid, ${clock(duration / 1e7)}`,
    ...rows,
    ...said,
    ...(tracks.some(({ isProtected }) => isProtected)
      ? [hasKey ? "  protected, opened with the key" : NOT_OPENED]
      : []),
  ].join("\n");
}

const NOT_OPENED =
  "  protected, not opened: --key-file FILE decrypts and decodes it";
