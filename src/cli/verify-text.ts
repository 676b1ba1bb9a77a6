import { CLIENTS } from "../clients/clients.js";
import type { ClientFailure } from "../clients/clients-that-fail.js";
import { clock } from "../util/format.js";
import { describeFinding, faultsIn, type Finding } from "../verify/finding.js";
import type { VerifyReport } from "../verify/verify.js";

/** The findings for one package, in words. */
export function reportText(
  ism: string,
  { findings, tracks, duration, clients = [] }: VerifyReport,
  isOpened: boolean,
): string {
  const rows = tracks.map(
    ({ file, fragments, samples }) =>
      `  ${file}: ${fragments} fragments, ${samples ?? 0} samples`,
  );
  const faults = faultsIn(findings);
  const notes = findings.filter(({ level }) => level === "note");
  const isAsked = faults.some(({ client }) => client !== undefined);
  const lines = [
    ...[...faults, ...notes].flatMap(findingLines),
    ...(isAsked ? [] : failureLines(clients)),
  ];
  if (faults.length > 0) return [...rows, ...lines].join("\n");
  return [
    `${ism}: valid, ${clock(duration / 1e7)}`,
    ...rows,
    ...lines,
    ...(tracks.some(({ isProtected }) => isProtected)
      ? [isOpened ? "  protected, opened with the key" : NOT_OPENED]
      : []),
  ].join("\n");
}

function findingLines(finding: Finding): string[] {
  const { level, mend, sources = [] } = finding;
  return [
    `${level}: ${describeFinding(finding)}`,
    ...(mend === undefined ? [] : [`  ${mend}`]),
    ...sources.map((source) => `  ${source}`),
  ];
}

/** A line for each thing that clients fail on: it is no fault unless they are asked about. */
function failureLines(failures: readonly ClientFailure[]): string[] {
  if (failures.length === 0) return [];
  const kinds = [...new Set(failures.map(({ what }) => what))];
  const lines = kinds.map((kind) => {
    const told = failures
      .filter(({ what }) => what === kind)
      .map(({ client, happens }) => `${CLIENTS[client].name} ${happens}`);
    return `note: ${kind}: ${told.join("; ")}.`;
  });
  return [...lines, HOW_TO_MEND];
}

const HOW_TO_MEND =
  "  --for CLIENT makes faults of these notes, and tells what mends them";

const NOT_OPENED =
  "  protected, not opened: --key-file FILE decrypts and decodes it";

/** One package of many. */
export interface PackageVerdict {
  readonly input: string;
  /** Undefined when the package could not be read. */
  readonly report?: VerifyReport;
  /** Why it is not valid. */
  readonly error?: string | undefined;
}

/** The number of valid packages; then the invalid ones again, for their lines may be far above. */
export function verdictTable(verdicts: readonly PackageVerdict[]): string {
  const wrong = verdicts.filter(({ error }) => error !== undefined);
  const seconds = verdicts.reduce(
    (sum, { report }) => sum + (report?.duration ?? 0) / 1e7,
    0,
  );
  const row = (...cells: readonly (string | number)[]) =>
    cells.map((cell) => String(cell).padStart(9)).join("");
  return [
    row("Total", "Valid", "Failed", "Length"),
    row(
      verdicts.length,
      verdicts.length - wrong.length,
      wrong.length,
      clock(seconds),
    ),
    ...wrong.map(({ error }) => `  failed: ${error}`),
  ].join("\n");
}
