import { throwIfAborted } from "../errors.js";
import { dumpText } from "../isobmff/dump-text.js";
import { dumpFile } from "../isobmff/dump.js";

/** `mss-pack inspect file` */
export async function inspectCommand(
  file: string,
  flags: { readonly json?: boolean },
  signal: AbortSignal,
): Promise<void> {
  for await (const box of dumpFile(file)) {
    throwIfAborted(signal);
    process.stdout.write(
      `${flags.json ? JSON.stringify({ type: "box", ...box }) : dumpText(box)}\n`,
    );
  }
}
