import { SaxesParser, type SaxesTagPlain } from "saxes";
import { messageOf, PackError } from "../errors.js";
import { parseXmlText, XmlError } from "../util/xml.js";

/** Microsoft recommends at most a kilobyte; a request for a licence has to carry the header. */
const MOST_CHARACTERS = 1024;

/**
 * XML from the user for the header, in canonical form, because the header must be canonical: no
 * self-closing tags, attributes in order, namespaces before them.
 * PlayReady Header Specification 3
 *
 * @throws PackError `usage` when the text is not well-formed, or has more than elements and text
 */
export function customAttributes(xml: string): string {
  if (xml.length > MOST_CHARACTERS)
    throw refused(`${xml.length} characters`, `at most ${MOST_CHARACTERS}`);
  let text = "";
  const parser = new SaxesParser({ fragment: true, xmlns: false as const });
  parser.on("error", (error) => {
    throw refused(`no XML (${messageOf(error)})`, "well-formed elements");
  });
  parser.on("opentag", (tag) => (text += openTag(tag)));
  parser.on("closetag", ({ name }) => (text += `</${name}>`));
  parser.on("text", (characters) => (text += escapeText(characters)));
  parser.on("cdata", (characters) => (text += escapeText(characters)));
  // A document type is an error: a fragment cannot have one.
  parser.on("processinginstruction", () => {
    throw refused("a processing instruction", "elements and text alone");
  });
  parser.write(xml).close();
  requireReadable(text);
  return text;
}

/** This check finds XML that readers of headers refuse, before the header is complete. */
function requireReadable(text: string): void {
  try {
    parseXmlText(`<WRMHEADER><DATA><C>${text}</C></DATA></WRMHEADER>`);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw refused(
      `a header with them ${error.message}`,
      "elements as a reader of headers takes them, each prefix declared",
    );
  }
}

function openTag({ name, attributes }: SaxesTagPlain): string {
  const isNamespace = (attribute: string) => /^xmlns(?::|$)/.test(attribute);
  const order = (a: string, b: string) =>
    Number(isNamespace(b)) - Number(isNamespace(a)) || (a < b ? -1 : 1);
  const list = Object.keys(attributes)
    .sort(order)
    .map((key) => ` ${key}="${escapeAttribute(attributes[key] ?? "")}"`);
  return `<${name}${list.join("")}>`;
}

function refused(found: string, expected: string): PackError {
  return new PackError(
    "usage",
    `--custom-attributes: ${found}. Expected ${expected}.`,
    { facts: { option: "--custom-attributes" } },
  );
}

/** Text with the characters that XML requires as entities. Canonical XML 1.0 2.3 */
export function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#xD;");
}

/** The same between double quotes, where tabs and line breaks would be lost. */
function escapeAttribute(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\t", "&#x9;")
    .replaceAll("\n", "&#xA;")
    .replaceAll("\r", "&#xD;");
}
