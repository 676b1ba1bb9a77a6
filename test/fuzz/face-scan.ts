import { scanCsvRow } from "../../src/scan/csv.js";
import { pageRow } from "../../src/scan/page/columns.js";
import { packagesIn } from "../../src/scan/packages-in.js";
import { scanPackage } from "../../src/scan/scan-package.js";
import type { Verdict } from "./face.js";

/**
 * Lets a scan face a package with a mutant. Whatever it is, the answer is a row: with findings,
 * or with a sentence of why it cannot be read.
 */
export async function faceScan(
  folder: string,
  isDeep: boolean,
): Promise<Verdict> {
  const files = ["clip.ism", "clip.ismc", "clip_25.ismv", "clip_eng_48.isma"];
  const content = { folder, below: "", files, claimed: new Set<string>() };
  const { packages } = await packagesIn(content);
  const [first] = packages;
  if (first === undefined) throw new Error("found no package");
  const answer = await scanPackage(first, { isDeep, signal: undefined });
  const row = { ...answer, package: first.path, kind: first.kind };
  const whole = { ...row, bytes: 0, files: files.length, isDeep };
  const texts = [JSON.stringify(whole), scanCsvRow(whole), pageRow(whole)];
  if (texts.some((text) => text.includes("which is a bug")))
    throw new Error(answer.problem ?? "a bug");
  if (/\d(?:e\+|n\b)|NaN|Infinity/.test(JSON.stringify(whole.duration)))
    throw new Error(`length ${whole.duration}`);
  if (answer.problem !== null) return "refused";
  return answer.faults.length > 0 ? "findings" : "accepted";
}
