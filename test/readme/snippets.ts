import { readFileSync } from "node:fs";

const README = readFileSync(
  new URL("../../README.md", import.meta.url),
  "utf8",
);

/** The code block of a language in a section of the README, as it stands there. */
export function snippet(section: string, language: string): string {
  const text = README.split(/^#{2,3} /m).find((part) =>
    part.startsWith(`${section}\n`),
  );
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms");
  const found = block.exec(text ?? "")?.[1];
  if (found === undefined)
    throw new Error(`README has no ${language} in the section "${section}".`);
  return found;
}
