import fc from "fast-check";
import { expect, test } from "vitest";
import { xmlElement, toXml } from "../../src/smooth/xml-writer.js";
import { parseXml } from "../../src/util/xml.js";

/** What a reader finds in an attribute that was written. */
function readBack(value: string): string | undefined {
  const text = toXml(xmlElement("e", { a: value }));
  return parseXml(Buffer.from(text)).attributes.get("a");
}

test.each([
  "x&y;z",
  "&amp;",
  "&lt;b&gt;",
  "&#65;&#x41;",
  `100% <b>"x"&y;é#1?'`,
  "two\nlines\tand\ra tab",
])("%j is read back from an attribute as it was", (value) => {
  expect(readBack(value)).toBe(value);
});

test("whatever a film is called, it is read back as it was", () => {
  const printable = fc.string({ unit: "grapheme" });
  const tricky = fc.string({
    unit: fc.constantFrom("&", ";", "#", "x", "1", "amp", "<", '"', "\n"),
  });
  fc.assert(
    fc.property(fc.oneof(printable, tricky), (value) => {
      expect(readBack(value)).toBe(value);
    }),
  );
});

test("text between tags is escaped too", () => {
  const text = toXml({ ...xmlElement("e"), text: "&amp; <" });
  expect(text).toContain("<e>&amp;amp; &lt;</e>");
});

test("elements that are alike and hold nothing are one object", () => {
  const cs = '<c d="2"/><c d="2"/><c d="3"/><c d="2">x</c><d d="2"/>';
  const { children } = parseXml(Buffer.from(`<s>${cs}</s>`));
  const [first, second, third, text, other] = children;
  expect(second).toBe(first);
  expect(first?.attributes.get("d")).toBe("2");
  expect(third?.attributes.get("d")).toBe("3");
  expect(text?.text).toBe("x");
  expect(first?.text).toBe("");
  expect(other?.name).toBe("d");
});
