import { outputError } from "../errors.js";
import { replaceText } from "../util/files.js";

/**
 * Writes a report as one JSON document. At no moment there is half of one.
 *
 * @throws PackError `output` when it cannot be written
 */
export async function writeReport(path: string, report: object): Promise<void> {
  try {
    await replaceText(path, `${JSON.stringify(report, undefined, 2)}\n`);
  } catch (cause) {
    throw outputError(path, cause, "--report FILE");
  }
}
