import type { PackageSummary } from "../shared/api.js";
import { languageName } from "../shared/format.js";

/**
 * Whether each word that was typed is in the package's name, folder or languages:
 * those of sound and captions, by name and by tag.
 */
export function matches(one: PackageSummary, wanted: string): boolean {
  const tags = [...one.audio, ...one.text].map(({ language }) => language);
  const text = [one.title, one.path, ...tags, ...tags.map(languageName)]
    .join(" ")
    .toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
