import { messageOf, PackError } from "../errors.js";
import { openFile, readAt } from "../isobmff/scan.js";
import { encodingOf, parseXml, type XmlElement } from "../util/xml.js";
import { readBytes } from "./manifest-file.js";

/** An element of a manifest as plain data, for people and JSON. */
export interface DumpedElement {
  readonly element: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly elements: readonly DumpedElement[];
}

/**
 * A manifest as it stands, whichever it is; known by its content, not by its name.
 *
 * @returns undefined for a file that is no XML, or cannot be read: that is told by who reads boxes
 * @throws PackError `input` when it begins as XML and cannot be read to its end
 */
export async function dumpManifest(
  path: string,
): Promise<DumpedElement | undefined> {
  if (!(await isXml(path))) return undefined;
  try {
    return dumped(parseXml(await readBytes(path)));
  } catch (cause) {
    throw new PackError("input", `${path}: ${messageOf(cause)}.`, {
      cause,
      facts: { file: path },
    });
  }
}

/** An element and those in it as indented lines: name, attributes, text. */
export function elementText(found: DumpedElement, depth = 0): string {
  const { element, attributes, text, elements } = found;
  const words = Object.entries(attributes).map(
    ([name, value]) => ` ${name}=${JSON.stringify(value)}`,
  );
  const line = `${"  ".repeat(depth)}<${element}>${words.join("")}`;
  return [
    text === undefined ? line : `${line} ${text.trim()}`,
    ...elements.map((child) => elementText(child, depth + 1)),
  ].join("\n");
}

function dumped({
  name,
  attributes,
  text,
  children,
}: XmlElement): DumpedElement {
  return {
    element: name,
    attributes: Object.fromEntries(attributes),
    ...(text !== "" && { text }),
    elements: children.map(dumped),
  };
}

/** What stands before the first `<` of a manifest is a byte order mark, or blank. */
async function isXml(path: string): Promise<boolean> {
  const file = await openFile(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const start = await readAt(file, 0, 64);
    const text = new TextDecoder(encodingOf(start)).decode(start);
    return text.trimStart().startsWith("<");
  } finally {
    await file.close();
  }
}
