import { PackError } from "../errors.js";

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
