import { SaxesParser } from "saxes";
import { messageOf } from "../errors.js";

/** An element of a manifest that was read. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Of an element without children, where it is not blank; as it stands, entities resolved. */
  readonly text?: string;
}

/** A smil has five levels, a client manifest four. */
const DEEPEST = 32;

/** Each takes half a kilobyte; a day of two-second fragments in six streams has 260,000. */
const MOST_ELEMENTS = 300_000;

/** The StreamIndex of a client manifest can have 13. MS-SSTR 2.2.2.3 */
const MOST_ATTRIBUTES = 64;

/**
 * Parses an XML file in UTF-8, or in UTF-16 with a byte order mark as IIS
 * writes it. With saxes, which is as strict as a browser: the library that
 * writes our manifests would pass over an element that is never closed.
 *
 * @throws Error in one line when the file is not well-formed, or larger or
 * deeper than any manifest: what reads it would run out of memory or stack
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  const parser = new SaxesParser();
  const document: Node = { name: "", attributes: new Map(), children: [] };
  const open: Node[] = [document];
  let left = MOST_ELEMENTS;
  let attributesLeft = MOST_ATTRIBUTES;
  let text = "";
  parser.on("attribute", () => {
    if (--attributesLeft < 0)
      parser.fail(`more than ${MOST_ATTRIBUTES} attributes of an element`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length > DEEPEST)
      parser.fail(`more than ${DEEPEST} elements in one another`);
    if (--left < 0) parser.fail(`more than ${MOST_ELEMENTS} elements`);
    attributesLeft = MOST_ATTRIBUTES;
    text = "";
    const node = {
      name,
      attributes: new Map(Object.entries(attributes)),
      children: [],
    };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  for (const event of ["text", "cdata"] as const)
    parser.on(event, (part) => (text += part));
  parser.on("closetag", () => {
    const node = open.pop();
    // The 300,000 elements of a timeline have none, and need no room for it.
    if (node?.children.length === 0 && text.trim() !== "") node.text = text;
    text = "";
  });
  parser.on("error", (error) => {
    throw error;
  });
  try {
    parser.write(decode(bytes)).close();
  } catch (cause) {
    throw new Error(`not well-formed XML at line:column ${messageOf(cause)}`, {
      cause,
    });
  }
  const [root] = document.children;
  if (root === undefined) throw new Error("no XML element");
  return root;
}

/** All elements below (and with) `element` that have one of these names, in document order. */
export function descendants(
  element: XmlElement,
  ...names: string[]
): XmlElement[] {
  const found: XmlElement[] = [];
  collect(element, names, found);
  return found;
}

function collect(
  element: XmlElement,
  names: readonly string[],
  found: XmlElement[],
): void {
  if (names.includes(element.name)) found.push(element);
  for (const child of element.children) collect(child, names, found);
}

interface Node extends XmlElement {
  readonly children: Node[];
  text?: string;
}

/** TextDecoder takes the byte order mark away. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** What text is written in, by its byte order mark: TextDecoder's name for it, UTF-8 where there is none. */
export function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
