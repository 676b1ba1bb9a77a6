import { throwIfAborted } from "../errors.js";
import { dumpText, dumpFile } from "../isobmff/dump.js";
import { dumpManifest, elementText } from "../smooth/dump.js";
import { writeLine } from "./print.js";
import { isOutputClosed } from "./signals.js";

/** `mss-pack inspect file` */
export async function inspectCommand(
  file: string,
  flags: { readonly json?: boolean },
  signal: AbortSignal,
): Promise<void> {
  const manifest = await dumpManifest(file);
  if (manifest !== undefined) {
    if (flags.json) writeLine({ type: "manifest", ...manifest });
    else process.stdout.write(`${elementText(manifest)}\n`);
    return;
  }
  for await (const box of dumpFile(file)) {
    // `| head` has seen what it wanted: no failure.
    if (isOutputClosed(signal)) return;
    throwIfAborted(signal);
    if (flags.json) writeLine({ type: "box", ...box });
    else process.stdout.write(`${dumpText(box)}\n`);
  }
}
