import { dumpFile, dumpText } from "../isobmff/dump.js";

/** `mss-pack inspect file` */
export async function inspectCommand(
  file: string,
  flags: { readonly json?: boolean },
): Promise<void> {
  for await (const box of dumpFile(file)) {
    process.stdout.write(
      `${flags.json ? JSON.stringify({ type: "box", ...box }) : dumpText(box)}\n`,
    );
  }
}
