import { SaxesParser, type SaxesAttributeNS, type SaxesTag } from "saxes";
import { messageOf } from "../errors.js";
import { RepeatedTags } from "./repeated-tags.js";
import { Rows } from "./rows.js";

export interface XmlElement {
  /** The name in a manifest with its prefix; without one in a document that may hold keys. */
  readonly name: string;
  /** Empty when there is none, and in a manifest, whose readers use names alone. */
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** How many of it stand in a row; more than 1 only for the `c` of a manifest. */
  readonly times: number;
  /**
   * Entities are resolved. In a manifest: the text of an element without children, unless it is
   * blank. In a document that may hold keys: all text outside of children.
   */
  readonly text: string;
}

/** Why a text is not XML that we read; the message never quotes the text, which may hold a key. */
export class XmlError extends Error {}

/**
 * Parses a manifest in UTF-8, or in UTF-16 with a byte order mark, which IIS writes. It uses
 * saxes, which is as strict as a browser: the library that writes our manifests would accept an
 * element that is never closed.
 *
 * @param mostElements default: those of the largest manifest of Smooth Streaming
 * @throws Error in one line when the file is not well-formed, or is larger or deeper than any manifest and would
 * exhaust memory or stack
 */
export function parseXml(
  bytes: Uint8Array,
  mostElements = MANIFEST.mostElements,
): XmlElement {
  const root = parse(piecesIn(bytes), { ...MANIFEST, mostElements });
  if (root === undefined) throw new Error("no XML element");
  return root;
}

/**
 * Reads a document as {@link parseXml} does, without a tree: captions of a film are thousands of
 * small documents, and their trees would take most of the time.
 *
 * @param onElement called for each element in document order
 * @throws Error as parseXml
 */
export function visitXml(
  bytes: Uint8Array,
  onElement: (
    name: string,
    attributes: Readonly<Record<string, string>>,
  ) => void,
): void {
  const parser = new SaxesParser<object>({});
  const opened = requireLimits(parser, MANIFEST);
  let [depth, elements] = [0, 0];
  parser.on("opentag", ({ name, attributes }) => {
    opened(++depth);
    elements++;
    onElement(name, attributes);
  });
  parser.on("closetag", () => depth--);
  parser.write(textIn(bytes)).close();
  if (elements === 0) throw new Error("no XML element");
}

/**
 * Parses a document that may hold keys, in UTF-8, or in UTF-16 with a byte order mark. It
 * accepts only the five entities of XML itself, and no document type. So nothing in a document
 * expands, and nothing refers outside of it.
 *
 * @throws XmlError
 */
export function parseSecretXml(bytes: Uint8Array): XmlElement {
  return parseXmlText(strictText(bytes));
}

/** The same for text. @throws XmlError */
export function parseXmlText(text: string): XmlElement {
  const root = parse([text], SECRET);
  if (root === undefined) throw new XmlError("has no XML element");
  return root;
}

/** The nested children of these names: `at(key, "Data", "Secret")`. Takes the first of each. */
export function childAt(
  element: XmlElement | undefined,
  ...names: readonly string[]
): XmlElement | undefined {
  return names.reduce(
    (parent, name) => parent?.children.find((child) => child.name === name),
    element,
  );
}

export function childrenOf(
  element: XmlElement | undefined,
  name: string,
): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** All elements below `element`, and `element` itself, that have one of these names, in document order. */
export function descendants(
  element: XmlElement,
  ...names: string[]
): XmlElement[] {
  const list: XmlElement[] = [];
  const visit = (each: XmlElement) => {
    if (names.includes(each.name)) list.push(each);
    each.children.forEach(visit);
  };
  visit(element);
  return list;
}

/** The place of an element in its text. */
export interface ElementSpan {
  readonly element: XmlElement;
  /** Of its first tag's `<`. */
  readonly start: number;
  /** One past its last tag's `>`. */
  readonly end: number;
}

/**
 * Finds elements in a manifest that {@link parseXml} has read, to change only them.
 *
 * @param text with or without its byte order mark
 * @returns those of these names, in document order; positions count UTF-16 code units
 */
export function elementSpans(
  text: string,
  ...names: readonly string[]
): ElementSpan[] {
  const parser = new SaxesParser<object>({});
  const spans: { element: Node; start: number; end: number }[] = [];
  const open: (typeof spans)[number][] = [];
  let start = 0;
  parser.on("opentagstart", () => {
    start = text.lastIndexOf("<", parser.position - 1);
  });
  parser.on("opentag", (tag) => {
    const span = { element: newNode(tag), start, end: parser.position };
    open.at(-1)?.element.children.push(span.element);
    open.push(span);
    if (names.includes(tag.name)) spans.push(span);
  });
  parser.on("closetag", () => {
    const span = open.pop();
    if (span !== undefined) span.end = parser.position;
  });
  parser.write(text).close();
  return spans;
}

/** The encoding of a text by its byte order mark, as TextDecoder names it; UTF-8 without a mark. */
export function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

/** The text of a long manifest in one string would make the heap larger for the rest of the run. */
const PIECE = 16 * 1024;

function* piecesIn(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder(encodingOf(bytes));
  for (let at = 0; at < bytes.length; at += PIECE)
    yield decoder.decode(bytes.subarray(at, at + PIECE), { stream: true });
  yield decoder.decode();
}

/** TextDecoder removes the byte order mark. */
function textIn(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  const decoder = encoding === "utf-8" ? UTF8 : new TextDecoder(encoding);
  return decoder.decode(bytes);
}

const UTF8 = new TextDecoder();

function strictText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new XmlError(`is not text in ${encoding.toUpperCase()}`);
  }
}

/** The limits of a kind of document, and the text of its refusals. */
interface Kind {
  readonly hasNamespaces: boolean;
  /** Elements that are alike and hold nothing are one object. */
  readonly hasTwins: boolean;
  readonly isText: (text: string, element: XmlElement) => boolean;
  /** The elements whose rows are joined, see {@link XmlElement.times}. */
  readonly row: string | undefined;
  /** Text behind a child counts. */
  readonly hasMixedText: boolean;
  readonly deepest: number;
  readonly mostElements: number;
  readonly mostAttributes: number;
  /** A construct that XML allows and we refuse: "more than 32 attributes of an element". */
  readonly refusal: (what: string, parser: SaxesParser<object>) => Error;
  readonly syntaxError: (error: Error, parser: SaxesParser<object>) => Error;
  readonly hasDoctype: boolean;
}

const MANIFEST: Kind = {
  hasNamespaces: false,
  // Most fragments of most streams are alike: twenty captions of a film have 100,000 elements.
  hasTwins: true,
  // The 300,000 elements of a timeline have no text, and need no room for it.
  isText: (text, { children }) => children.length === 0 && text.trim() !== "",
  // Fragments: nearly all elements of a client manifest.
  row: "c",
  hasMixedText: false,
  /** A smil has five levels, a client manifest four. */
  deepest: 32,
  /** Each takes half a kilobyte; a day of two-second fragments in six streams has 260,000. */
  mostElements: 300_000,
  /** The StreamIndex of a client manifest can have 13. MS-SSTR 2.2.2.3 */
  mostAttributes: 64,
  refusal: (what, parser) => notWellFormed(parser.makeError(what)),
  syntaxError: (error) => notWellFormed(error),
  hasDoctype: true,
};

const SECRET: Kind = {
  hasNamespaces: true,
  hasTwins: false,
  isText: () => true,
  row: undefined,
  hasMixedText: true,
  /** An encrypted CPIX document has ten levels, its signature no more. */
  deepest: 32,
  mostElements: 20_000,
  mostAttributes: 32,
  refusal: (what, parser) => at(`has ${what}`, parser),
  syntaxError: (_, parser) => at("is not well-formed XML", parser),
  hasDoctype: false,
};

function notWellFormed(cause: Error): Error {
  const words = messageOf(cause).replace(/\.$/, "");
  return new Error(`not well-formed XML at line:column ${words}`, { cause });
}

function at(what: string, { line, column }: SaxesParser<object>): XmlError {
  return new XmlError(`${what} at line ${line}, column ${column}`);
}

interface Node extends XmlElement {
  readonly children: Node[];
  text: string;
}

/** The root element; undefined where there is none. */
function parse(pieces: Iterable<string>, kind: Kind): XmlElement | undefined {
  const parser = new SaxesParser<object>({ xmlns: kind.hasNamespaces });
  const document: Node = { ...newNode(), children: [] };
  const open = [document];
  const texts = [""];
  const opened = requireLimits(parser, kind);
  const twins = new Map<string, Node>();
  const rows = new Rows<Node>();
  const add = (node: Node, times = 1) => {
    opened(open.length, times);
    const siblings = open.at(-1)?.children ?? [];
    if (node.name === kind.row) rows.add(siblings, node, times);
    else for (let i = 0; i < times; i++) siblings.push(node);
  };
  const repeated = new RepeatedTags(parser, add);
  parser.on("opentag", (tag) => {
    const node = kind.hasTwins ? twinOf(tag, twins) : newNode(tag);
    add(node);
    open.push(node);
    texts.push("");
    if (tag.isSelfClosing) repeated.sawClosed(node);
  });
  for (const event of ["text", "cdata"] as const)
    parser.on(event, (part) => {
      const isMixed = (open.at(-1)?.children.length ?? 0) > 0;
      if (kind.hasMixedText || !isMixed) texts.push((texts.pop() ?? "") + part);
    });
  parser.on("closetag", () => {
    const [node, own = ""] = [open.pop(), texts.pop()];
    if (node === undefined) return;
    if (kind.isText(own, node)) node.text = own;
  });
  for (const piece of pieces)
    if (kind.hasTwins) repeated.write(piece);
    else parser.write(piece);
  parser.close();
  return document.children[0];
}

/** Attributes that nearly always differ would fill the memory with keys. */
const MOST_TWINS = 20_000;

/**
 * The node of an element; of one without children and text, such as `<c d="2"/>`, the node that was
 * made before for the same tag.
 */
function twinOf(tag: SaxesTag, twins: Map<string, Node>): Node {
  const key = tag.isSelfClosing ? twinKey(tag) : undefined;
  const twin = key === undefined ? undefined : twins.get(key);
  if (twin !== undefined) return twin;
  const node = newNode(tag);
  if (key !== undefined && twins.size < MOST_TWINS) twins.set(key, node);
  return node;
}

/** Undefined for a tag with so many attributes that it is hardly one of many. */
function twinKey({ name, attributes }: SaxesTag): string | undefined {
  let [key, count] = [name, 0];
  for (const attribute in attributes) {
    const value = attributes[attribute];
    if (++count > 3 || typeof value !== "string") return undefined;
    key += `\0${attribute}\0${value}`;
  }
  return key;
}

/** @returns a function to call with the depth of each element that begins */
function requireLimits(
  parser: SaxesParser<object>,
  kind: Kind,
): (depth: number, count?: number) => void {
  const { deepest, mostElements, mostAttributes } = kind;
  let [elements, attributes] = [0, 0];
  const refuse = (what: string) => {
    throw kind.refusal(what, parser);
  };
  parser.on("error", (error) => {
    throw kind.syntaxError(error, parser);
  });
  parser.on("doctype", () => {
    if (!kind.hasDoctype) refuse("a document type (DTD), which is not read,");
  });
  parser.on("attribute", () => {
    if (++attributes > mostAttributes)
      refuse(`more than ${mostAttributes} attributes of an element`);
  });
  return (depth, count = 1) => {
    attributes = 0;
    elements += count;
    if (elements > mostElements) refuse(`more than ${mostElements} elements`);
    if (depth > deepest) refuse(`more than ${deepest} elements in one another`);
  };
}

/** Namespace of `xmlns` and `xmlns:...`: these are declarations, not attributes. Namespaces in XML 1.0, 3 */
const DECLARATIONS = "http://www.w3.org/2000/xmlns/";

function newNode(tag?: SaxesTag): Node {
  const attributes = new Map<string, string>();
  const list = Object.entries<string | SaxesAttributeNS>(tag?.attributes ?? {});
  for (const [name, value] of list) {
    if (typeof value === "string") attributes.set(name, value);
    else if (value.uri !== DECLARATIONS)
      attributes.set(value.local, value.value);
  }
  return {
    name: tag?.local ?? tag?.name ?? "",
    namespace: tag?.uri ?? "",
    ...{ attributes, children: [], times: 1, text: "" },
  };
}
