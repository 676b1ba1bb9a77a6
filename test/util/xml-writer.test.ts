import fc from "fast-check";
import { expect, test } from "vitest";
import { xmlElement, toXml } from "../../src/util/xml-writer.js";
import { parseXml, type XmlElement } from "../../src/util/xml.js";

/** What a reader finds in an attribute that was written. */
function readBack(value: string): string | undefined {
  const bytes = toXml(xmlElement("e", { a: value }));
  return parseXml(bytes).attributes.get("a");
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
  const bytes = toXml({ ...xmlElement("e"), text: "&amp; <" });
  expect(Buffer.from(bytes).toString()).toContain("<e>&amp;amp; &lt;</e>");
});

test("elements that are alike and hold nothing are one object, those in a row one with their number", () => {
  const cs =
    '<c d="2"/><c d="2"/><c d="3"/><c d="2">x</c><d d="2"/><d d="2"/><c d="2"/>\n<c d="2"/>';
  const { children } = parseXml(Buffer.from(`<s>${cs}</s>`));
  const [first, third, text, other, twin, last] = children;
  expect(children.map(({ times }) => times)).toEqual([2, 1, 1, 1, 1, 2]);
  expect(last).toBe(first);
  expect(twin).toBe(other);
  expect(first?.attributes.get("d")).toBe("2");
  expect(third?.attributes.get("d")).toBe("3");
  expect(text?.text).toBe("x");
  expect(first?.text).toBe("");
  expect(other?.name).toBe("d");
});

/** Without regard for rows. */
function names(element: XmlElement): string[] {
  const own = element.attributes.get("d") ?? element.text;
  return [
    `${element.name} ${own} ${element.times}`,
    ...element.children.flatMap(names),
  ];
}

test("a tag in a comment, in text that is marked as such or in an attribute is none", () => {
  const c = '<c d="2"/>';
  const xml = `<s>${c}${c}<!-- ${c}${c} --><t><![CDATA[${c}${c}]]></t><u a='${c}'/>${c}${c}</s>`;
  expect(() => parseXml(Buffer.from(xml))).toThrow("disallowed character");
  const fine = xml.replace(`<u a='${c}'/>`, "<u/>");
  expect(names(parseXml(Buffer.from(fine)))).toEqual([
    ...["s  1", "c 2 2", `t ${c}${c} 1`, "u  1", "c 2 2"],
  ]);
});

test("a fault behind many tags that are alike is told with its line and column", () => {
  const cs = '  <c d="2"/>\n'.repeat(5000);
  const column = '<s>  <c d="2"/></t>'.length;
  for (const [text, place] of [
    [`<s>\n${cs}</t>`, "5002:4"],
    [`<s>\n${cs}<c d="2"/><c d="2"/></t>`, "5002:24"],
    [`<s>  <c d="2"/></t>`, `1:${column}`],
  ])
    expect(() => parseXml(Buffer.from(text ?? ""))).toThrow(`${place}: `);
});

test("more elements than any manifest has are refused, however alike they are", () => {
  const cs = '<c d="2"/>'.repeat(300_000);
  expect(() => parseXml(Buffer.from(`<s>${cs}</s>`))).toThrow(
    "more than 300000 elements",
  );
});

test("an element that stands several times is as many tags", () => {
  const row = { ...xmlElement("c", { d: 2 }), times: 3 };
  const bytes = toXml(xmlElement("s", {}, [row, xmlElement("c", { d: 3 })]));
  expect(names(parseXml(bytes))).toEqual(["s  1", "c 2 3", "c 3 1"]);
});

test("documents of any size are read as they were written, whatever is in a row", () => {
  const cs = fc.array(
    fc.record({
      d: fc.integer({ min: 1, max: 3 }),
      times: fc.nat({ max: 900 }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(cs, (rows) => {
      const elements = rows.map(({ d, times }) => ({
        ...xmlElement("c", { d }),
        times,
      }));
      const written = toXml(xmlElement("s", {}, elements));
      const { children } = parseXml(written);
      const read = children.flatMap(({ attributes, times }) =>
        new Array<string>(times).fill(attributes.get("d") ?? ""),
      );
      expect(read).toEqual(
        rows.flatMap(({ d, times }) => new Array<string>(times).fill(`${d}`)),
      );
    }),
    { numRuns: 30 },
  );
});
