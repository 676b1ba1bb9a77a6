import { csvLine } from "../util/csv.js";
import type { ScanRow } from "./row.js";
import { faultsText, mendsText } from "./words.js";

/** Columns of `--csv`, in their order. Several values in a cell have blanks between them. */
const COLUMNS: Readonly<Record<string, (row: ScanRow) => string | number>> = {
  package: (row) => row.package,
  kind: (row) => row.kind,
  problem: (row) => row.problem ?? "",
  maker: (row) => row.maker,
  maker_mark: (row) => row.makerMark ?? "",
  seconds: ({ duration }) => Math.round(duration / 1e4) / 1e3,
  bytes: (row) => row.bytes,
  files: (row) => row.files,
  video_codecs: ({ video }) => words(video.map(({ codec }) => codec)),
  rungs: ({ video }) => video.length,
  width: ({ video }) => most(video.map(({ width }) => width)),
  height: ({ video }) => most(video.map(({ height }) => height)),
  top_bitrate: ({ video }) => most(video.map(({ bitrate }) => bitrate)),
  audio_codecs: ({ audio }) => words(audio.map(({ codec }) => codec)),
  audio_languages: ({ audio }) => words(audio.map(({ language }) => language)),
  captions: ({ captions }) => words(captions.map(({ language }) => language)),
  protection: ({ protection }) =>
    protection === null ? "" : (protection.system ?? "encrypted"),
  key_id: ({ protection }) => protection?.keyId ?? "",
  faults: (row) => faultsText(row).replaceAll(",", ""),
  first_fault: ({ faults: [first] }) => first?.message ?? "",
  mends: (row) => mendsText(row).replaceAll(",", ""),
  fails_in: ({ clients }) => words((clients ?? []).map(({ client }) => client)),
  notes: ({ notes }) => words(notes.map(({ rule }) => rule)),
};

/** The first line: names of columns. */
export function scanCsvHead(): string {
  return csvLine(Object.keys(COLUMNS));
}

/** A package as a line. RFC 4180 */
export function scanCsvRow(row: ScanRow): string {
  return csvLine(Object.values(COLUMNS).map((valueOf) => valueOf(row)));
}

function words(values: readonly string[]): string {
  return [...new Set(values)].join(" ");
}

function most(values: readonly (number | null)[]): number | string {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? "" : known.reduce((a, b) => Math.max(a, b));
}
