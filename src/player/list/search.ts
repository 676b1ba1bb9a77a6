import type { PackageSummary } from "../shared/api.js";

/** Whether each word that was typed is in the package's name, folder or languages. */
export function matches(one: PackageSummary, wanted: string): boolean {
  const text = [one.title, one.path, ...one.audio.map((a) => a.language)]
    .join(" ")
    .toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
