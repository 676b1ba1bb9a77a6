import { create } from "xmlbuilder2";
import { messageOf } from "../errors.js";

/** An element of a manifest that was read. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
}

/**
 * Parses an XML file in UTF-8, or in UTF-16 with a byte order mark as IIS writes it.
 * @throws Error in one line when it is not well-formed
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  const text = decode(bytes).trimStart();
  if (!text.startsWith("<")) throw new Error("it does not begin with <");
  try {
    return toElement(create(text).root().node as unknown as DomElement);
  } catch (cause) {
    const [firstLine = ""] = messageOf(cause).split("\n");
    throw new Error(firstLine.slice(0, LONGEST_MESSAGE), { cause });
  }
}

const LONGEST_MESSAGE = 160;

/** TextDecoder takes the byte order mark away. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? "utf-16le"
      : first === 0xfe && second === 0xff
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** All elements below (and with) `element` that have one of these names, in document order. */
export function descendants(
  element: XmlElement,
  ...names: string[]
): XmlElement[] {
  const here = names.includes(element.name) ? [element] : [];
  return [
    ...here,
    ...element.children.flatMap((child) => descendants(child, ...names)),
  ];
}

/** The part of the DOM that we read. */
interface DomElement {
  readonly nodeType: number;
  readonly localName: string;
  readonly attributes: Iterable<{
    readonly name: string;
    readonly value: string;
  }>;
  readonly childNodes: Iterable<DomElement>;
}

const ELEMENT_NODE = 1;

function toElement(node: DomElement): XmlElement {
  const children = [...node.childNodes].filter(
    (child) => child.nodeType === ELEMENT_NODE,
  );
  return {
    name: node.localName,
    attributes: new Map(
      [...node.attributes].map(({ name, value }) => [name, value]),
    ),
    children: children.map(toElement),
  };
}
