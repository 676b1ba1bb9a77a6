import { PackError } from "../../errors.js";
import { liesIn } from "../../places.js";
import type { KeySurroundings } from "./options.js";

/**
 * What lies among the packages is served to everybody, and what lies in a watched
 * folder is taken for a film. A link is as good as the file.
 *
 * @throws PackError `usage`
 */
export async function requireKeyFree(
  option: string,
  path: string,
  { output, watched }: KeySurroundings,
): Promise<void> {
  const folders = [
    {
      folder: output,
      why: `the output folder ${output}, which is there to be served`,
    },
    {
      folder: watched,
      why: `the watched folder ${watched}, whose files are taken for films`,
    },
  ];
  for (const { folder, why } of folders) {
    if (folder === undefined || !(await liesIn(path, folder))) continue;
    throw new PackError(
      "usage",
      `${option} ${path}: lies in ${why}. Expected another place.`,
      { facts: { option, file: path } },
    );
  }
}
