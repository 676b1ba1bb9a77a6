import { SaxesParser, type SaxesTagNS } from "saxes";
import { encodingOf } from "./xml-reader.js";

/** An element with its text, named apart from the prefix that the writer chose. */
export interface SecretElement {
  /** Without a prefix. */
  readonly name: string;
  /** Namespace; empty for none. */
  readonly namespace: string;
  /** By their names without prefixes; declarations of namespaces are none. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly SecretElement[];
  /** All text between its tags that is not a child's. */
  readonly text: string;
}

/** Why something is not XML that we read; the message quotes nothing of it, for it may hold a key. */
export class XmlError extends Error {}

/** An encrypted CPIX document has ten levels, its signature no more. */
const DEEPEST = 32;

const MOST_ELEMENTS = 20_000;
const MOST_ATTRIBUTES = 32;

/**
 * Parses XML in UTF-8, or in UTF-16 with a byte order mark. There are no entities
 * but the five of XML itself: a document type is refused, so nothing in a document
 * grows, and nothing leads out of it.
 *
 * @throws XmlError
 */
export function parseSecretXml(bytes: Uint8Array): SecretElement {
  return parseXmlText(decode(bytes));
}

/** The same for text. @throws XmlError */
export function parseXmlText(text: string): SecretElement {
  const parser = new SaxesParser({ xmlns: true });
  const error = (what: string) =>
    new XmlError(`${what} at line ${parser.line}, column ${parser.column}`);
  const document = newNode();
  const open = [document];
  let [elements, attributes] = [0, 0];
  parser.on("doctype", () => {
    throw error("has a document type (DTD), which is not read,");
  });
  parser.on("error", () => {
    throw error("is not well-formed XML");
  });
  parser.on("attribute", () => {
    if (++attributes > MOST_ATTRIBUTES)
      throw error(`has more than ${MOST_ATTRIBUTES} attributes of an element`);
  });
  parser.on("opentag", (tag) => {
    attributes = 0;
    if (++elements > MOST_ELEMENTS)
      throw error(`has more than ${MOST_ELEMENTS} elements`);
    if (open.length > DEEPEST)
      throw error(`has more than ${DEEPEST} elements in one another`);
    const node = newNode(tag);
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  const addText = (part: string) => {
    const node = open.at(-1);
    if (node !== undefined) node.text += part;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => open.pop());
  parser.write(text).close();
  const [root] = document.children;
  if (root === undefined) throw new XmlError("has no XML element");
  return root;
}

/** The children of these names, one below the other: `at(key, "Data", "Secret")`. The first of each. */
export function childAt(
  element: SecretElement | undefined,
  ...names: readonly string[]
): SecretElement | undefined {
  let found = element;
  for (const name of names)
    found = found?.children.find((child) => child.name === name);
  return found;
}

export function childrenOf(
  element: SecretElement | undefined,
  name: string,
): readonly SecretElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

interface Node extends SecretElement {
  readonly children: Node[];
  text: string;
}

/** Of `xmlns` and `xmlns:...`, which are no attributes to whoever reads. Namespaces in XML 1.0, 3 */
const DECLARATIONS = "http://www.w3.org/2000/xmlns/";

function newNode(tag?: SaxesTagNS): Node {
  const attributes = Object.values(tag?.attributes ?? {})
    .filter(({ uri }) => uri !== DECLARATIONS)
    .map(({ local, value }) => [local, value] as const);
  return {
    name: tag?.local ?? "",
    namespace: tag?.uri ?? "",
    attributes: new Map(attributes),
    children: [],
    text: "",
  };
}

/** TextDecoder takes the byte order mark away. */
function decode(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new XmlError(`is not text in ${encoding.toUpperCase()}`);
  }
}
