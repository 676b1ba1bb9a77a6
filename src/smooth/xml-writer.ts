import { create } from "xmlbuilder2";
import type { XMLBuilder } from "xmlbuilder2/lib/interfaces.js";

export type XmlAttributes = Readonly<Record<string, string | number>>;

/** An XML element as plain data. */
export interface Element {
  readonly name: string;
  readonly attributes: XmlAttributes;
  readonly children: readonly Element[];
  /** Between its tags, when it has no children; no blanks are added. */
  readonly text?: string;
}

export function xmlElement(
  name: string,
  attributes: XmlAttributes = {},
  children: readonly Element[] = [],
): Element {
  return { name, attributes, children };
}

/**
 * A document as UTF-8 text, two blanks a level, ending with a newline.
 *
 * @param comment before the root element
 */
export function toXml(root: Element, comment?: string): string {
  // Control characters are not allowed in XML, not even escaped; xmlbuilder2 lets them
  // through by default.
  const document = create({
    version: "1.0",
    encoding: "utf-8",
    invalidCharReplacement: "\uFFFD",
  });
  if (comment !== undefined) document.com(` ${comment} `);
  append(document, root);
  return `${document.end({ prettyPrint: true })}\n`;
}

/** An element as the lines that it takes in a document, without blanks before the first tag. */
export function xmlLines(element: Element): string[] {
  return toXml(element).trimEnd().split("\n").slice(1);
}

function append(
  parent: XMLBuilder,
  { name, attributes, children, text }: Element,
): void {
  const node = parent.ele(name, mapValues(attributes, escapeAttribute));
  if (text !== undefined) node.txt(escapeText(text));
  for (const child of children) append(node, child);
}

/** xmlbuilder2 does not escape text that looks like an entity: a film may be called "x&y;z" */
function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;");
}

/**
 * A parser turns these into blanks in an attribute, unless they are written as references.
 * XML 1.0 3.3.3
 */
function escapeAttribute(value: string | number): string {
  return escapeText(String(value)).replace(
    /[\t\n\r]/g,
    (blank) => `&#${blank.charCodeAt(0)};`,
  );
}

function mapValues(
  attributes: XmlAttributes,
  change: (value: string | number) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, change(value)]),
  );
}
