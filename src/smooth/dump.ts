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
 * A manifest as it stands, of either kind, recognised by its content and not by its name.
 *
 * @returns undefined for a file that is not XML, or cannot be read: the reader of boxes
 * reports that
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

/** An element and its children as indented lines: name, attributes, text. */
export function elementText(dumped: DumpedElement, depth = 0): string {
  const { element, attributes, text, elements } = dumped;
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
    elements: children.flatMap((child) =>
      Array.from({ length: child.times }, () => dumped(child)),
    ),
  };
}

/** Only a byte order mark or blanks stand before the first `<` of a manifest. */
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
