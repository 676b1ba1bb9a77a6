import { descendants, type XmlElement } from "../util/xml.js";

/**
 * The Protection element of a client manifest. It is found as a client finds it, and
 * added to and removed from the text, so that everything else stays as it is. MS-SSTR
 * 2.2.2.2
 */

/** A header that a client finds in a manifest. */
export interface FoundProtection {
  /** Empty when it is missing. */
  readonly systemId: string;
  /** As it stands there, with its blanks. */
  readonly header: string;
}

/**
 * All headers of a manifest, in their order.
 *
 * @returns undefined when there is no Protection element; of several elements, players
 * read the first
 */
export function protectionsIn(root: XmlElement): FoundProtection[] | undefined {
  const [element] = descendants(root, "Protection");
  return (
    element &&
    descendants(element, "ProtectionHeader").map(({ attributes, text }) => ({
      systemId: attributes.get("SystemID") ?? "",
      header: text,
    }))
  );
}

/** UUID of a system as we write it; others put it in braces and in capitals. */
export function plainSystemId({ systemId }: FoundProtection): string {
  return systemId.replace(/[{}]/g, "").toLowerCase();
}

/** The white space before the element belongs to it. */
const PROTECTION = /\s*<Protection\b[^>]*>[^]*?<\/Protection\s*>/;

const END = /\s*<\/SmoothStreamingMedia\s*>/;

/** @returns undefined when the text is not a whole client manifest */
export function withProtection(
  text: string,
  systemId: string,
  header: string,
): string | undefined {
  const end = END.exec(markupOf(text));
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
  const match = PROTECTION.exec(markupOf(text));
  if (match === null) return text;
  const end = match.index + match[0].length;
  return text.slice(0, match.index) + text.slice(end);
}

/**
 * Text that only looks like markup: comments, CDATA sections, processing instructions. XML
 * 1.0 2.5 to 2.7
 */
const OTHER = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>/g;

/** A text of the same length in which only elements look like elements. */
function markupOf(text: string): string {
  return text.replace(OTHER, (other) => "-".repeat(other.length));
}
