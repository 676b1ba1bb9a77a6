import { existsSync } from "node:fs";
import { PackError } from "../errors.js";

/** What commander says of a wrong command line, in our words and with what to do. */
export function usageError(commanders: string): PackError {
  const [first = "", ...more] = commanders.replace(/^error: /, "").split("\n");
  return new PackError("usage", /[.!?)]$/.test(first) ? first : `${first}.`, {
    hint: [
      ...dashedFile(first),
      // "(Did you mean --json?)"
      ...more.map((line) => line.replace(/^\((.*)\)$/, "$1")),
      "mss-pack --help shows all options.",
    ].join(" "),
  });
}

/** A file whose name begins with a dash looks like an option. */
function dashedFile(message: string): string[] {
  const found = /unknown option '(.+)'/.exec(message)?.[1];
  return found !== undefined && existsSync(found)
    ? [`The file of that name is given as ./${found}, or after "--".`]
    : [];
}
