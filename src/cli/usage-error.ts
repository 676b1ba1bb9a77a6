import { existsSync } from "node:fs";
import { withoutKeys } from "../drm/keys/key-like.js";
import { PackError } from "../errors.js";

/** What commander says of a wrong command line, in our words and with what to do. */
export function usageError(commanders: string): PackError {
  const [first = "", ...more] = withoutKeys(withoutValue(commanders))
    .replace(/^error: /, "")
    .split("\n");
  return new PackError("usage", /[.!?)]$/.test(first) ? first : `${first}.`, {
    hint: [
      ...dashedFile(first),
      ...keyOnTheLine(first),
      // "(Did you mean --json?)"
      ...more.map((line) => line.replace(/^\((.*)\)$/, "$1")),
      "mss-pack --help shows all options.",
    ].join(" "),
  });
}

/** `--key=0123...`: an option that nobody knows may have been given a key, which is not said again. */
function withoutValue(message: string): string {
  return message.replace(/(unknown option '[^'=]*)=[^]*?'/, "$1'");
}

/** Other packagers are given keys in this way. */
function keyOnTheLine(message: string): string[] {
  return /unknown option '--(key|key-seed|keys|content-key)'/.test(message)
    ? [
        "Keys are not given on the command line, where everybody on the machine could read them: write them into a file for --key-file, or into MSS_PACK_KEY.",
      ]
    : [];
}

/** A file whose name begins with a dash looks like an option. */
function dashedFile(message: string): string[] {
  const found = /unknown option '(.+)'/.exec(message)?.[1];
  return found !== undefined && existsSync(found)
    ? [`The file of that name is given as ./${found}, or after "--".`]
    : [];
}
