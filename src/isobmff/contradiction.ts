import { PackError } from "../errors.js";

/** The runs of a table describe all samples, and no more. */
export function requireTotal(
  counts: readonly number[],
  where: string,
  table: string,
  expected: number,
): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total !== expected) throw contradiction(where, table, total, expected);
}

/** Two tables of a track that cannot both be true. */
export function contradiction(
  where: string,
  table: string,
  found: number,
  expected: number,
): PackError {
  return new PackError(
    "input",
    `${where}: ${table} describes ${found} samples, stsz ${expected}.`,
    {
      hint: "The file's index is damaged.",
    },
  );
}
