import { PackError } from "../errors.js";

/** The error for a setting that the user gave. */
export function wrong(
  option: string,
  found: string | number,
  expected: string,
): PackError {
  return new PackError(
    "usage",
    `${option} is "${found}". Expected ${expected}.`,
    {
      facts: { option, found, expected },
    },
  );
}
