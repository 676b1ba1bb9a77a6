import { readFileSync } from "node:fs";

/** The first code block of a language in a section of the README, or another document, as it stands there. */
export function snippet(
  section: string,
  language: string,
  file = "README.md",
): string {
  const all = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const text = all
    .split(/^#{2,3} /m)
    .find((part) => part.startsWith(`${section}\n`));
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms");
  const found = block.exec(text ?? "")?.[1];
  if (found === undefined)
    throw new Error(`${file} has no ${language} in the section "${section}".`);
  return found;
}
