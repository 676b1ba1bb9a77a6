/**
 * The Protection element of a client manifest, put in and taken out of its text, so
 * that all else stays as it is. MS-SSTR 2.2.2.2
 */

/** White space before it belongs to it. */
const PROTECTION = /\s*<Protection\b[^>]*>[^]*?<\/Protection\s*>/;

const END = /\s*<\/SmoothStreamingMedia\s*>\s*$/;

/** @returns undefined when the text is no whole client manifest */
export function withProtection(
  text: string,
  systemId: string,
  header: string,
): string | undefined {
  const end = END.exec(text);
  if (end === null) return undefined;
  const lines = [
    "  <Protection>",
    `    <ProtectionHeader SystemID="${systemId}">${header}</ProtectionHeader>`,
    "  </Protection>",
  ];
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const element = lines.map((line) => `${newline}${line}`).join("");
  return text.slice(0, end.index) + element + text.slice(end.index);
}

export function withoutProtection(text: string): string {
  return text.replace(PROTECTION, "");
}

/** What a client finds in a manifest. */
export interface FoundProtection {
  readonly systemId: string;
  /** As it stands there, with its blanks. */
  readonly header: string;
}

/** All headers of a manifest, in their order. */
export function protectionsIn(text: string): FoundProtection[] {
  const [element = ""] = PROTECTION.exec(text) ?? [];
  const headers = element.matchAll(
    /<ProtectionHeader\b[^>]*?\bSystemID\s*=\s*["']([^"']*)["'][^>]*>([^<]*)</g,
  );
  return [...headers].map(([, systemId = "", header = ""]) => ({
    systemId,
    header,
  }));
}
