import { readFileSync } from "node:fs";

/** The first code block of a language in a section of a document, as it stands there. */
export function snippet(
  section: string,
  language: string,
  file: string,
): string {
  const text = sectionsOf(file).find((part) => part.startsWith(`${section}\n`));
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms");
  const found = block.exec(text ?? "")?.[1];
  if (found === undefined)
    throw new Error(`${file} has no ${language} in the section "${section}".`);
  return found;
}

/** The titles of the sections that have a code block of a language. */
export function sectionsWith(language: string, file: string): string[] {
  return sectionsOf(file)
    .filter((part) => part.includes(`\n\`\`\`${language}\n`))
    .map((part) => part.slice(0, part.indexOf("\n")));
}

function sectionsOf(file: string): string[] {
  const all = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  return all.split(/^#{2,3} /m);
}
