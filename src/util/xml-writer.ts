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
  /** How many of it stand in a row; default 1. */
  readonly times?: number;
}

export function xmlElement(
  name: string,
  attributes: XmlAttributes = {},
  children: readonly Element[] = [],
): Element {
  return { name, attributes, children };
}

/**
 * A document in UTF-8, two blanks a level, ending with a newline. xmlbuilder2 writes each tag once:
 * the fragments of a film have few durations, and a node for each fragment of twenty streams would
 * take a hundred megabytes.
 *
 * @param comment before the root element
 */
export function toXml(root: Element, comment?: string): Uint8Array {
  const document = newDocument();
  if (comment !== undefined) document.com(` ${comment} `);
  const lines = new Lines();
  lines.push(document.end({ prettyPrint: true }));
  pushLines(root, "", tagsOf(root), lines);
  return lines.bytes();
}

/** Strings are kept for so many characters. Those of a whole manifest would make the heap larger for the rest of the run. */
const PIECE = 16 * 1024;

class Lines {
  readonly #pieces: Uint8Array[] = [];
  #lines: string[] = [];
  #size = 0;

  push(line: string, times = 1): void {
    this.#lines.push(`${line}\n`.repeat(times));
    this.#size += line.length * times;
    if (this.#size >= PIECE) this.#join();
  }

  bytes(): Uint8Array {
    this.#join();
    return Buffer.concat(this.#pieces);
  }

  #join(): void {
    this.#pieces.push(Buffer.from(this.#lines.join("")));
    [this.#lines, this.#size] = [[], 0];
  }
}

function newDocument(): XMLBuilder {
  // Control characters are not allowed in XML, not even escaped; xmlbuilder2 lets them
  // through by default.
  return create({
    version: "1.0",
    encoding: "utf-8",
    invalidCharReplacement: "\uFFFD",
  });
}

/** The elements below a root that differ, each as it is written without children. */
function tagsOf(root: Element): Map<Element, string> {
  const parent = newDocument().ele("tags");
  const written = new Map<string, string>();
  const tags = new Map<Element, string>();
  const visit = (element: Element) => {
    if (tags.has(element)) return;
    const key = keyOf(element);
    const tag = written.get(key) ?? append(parent, element).toString();
    written.set(key, tag);
    tags.set(element, tag);
    element.children.forEach(visit);
  };
  visit(root);
  return tags;
}

function keyOf({ name, attributes, text }: Element): string {
  return JSON.stringify([name, attributes, text]);
}

function pushLines(
  element: Element,
  indent: string,
  tags: ReadonlyMap<Element, string>,
  lines: Lines,
): void {
  const { name, children, times = 1 } = element;
  const tag = tags.get(element) ?? "";
  if (children.length === 0) return lines.push(indent + tag, times);
  lines.push(`${indent}${tag.replace(/\/>$/, ">")}`);
  for (const child of children) pushLines(child, `${indent}  `, tags, lines);
  lines.push(`${indent}</${name}>`);
}

/** An element as the lines that it takes in a document, without blanks before the first tag. */
export function xmlLines(element: Element): string[] {
  const text = Buffer.from(toXml(element)).toString();
  return text.trimEnd().split("\n").slice(1);
}

function append(
  parent: XMLBuilder,
  { name, attributes, text }: Element,
): XMLBuilder {
  const node = parent.ele(name, mapValues(attributes, escapeAttribute));
  return text === undefined ? node : node.txt(escapeText(text));
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
