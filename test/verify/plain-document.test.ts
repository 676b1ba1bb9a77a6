import { expect, test } from "vitest";
import { BOTTOM, type Cue } from "../../src/captions/cue.js";
import { packCues } from "../../src/captions/packed-cues.js";
import { cutIntoFragments } from "../../src/captions/write-ttml.js";
import { visitXml } from "../../src/util/xml.js";
import { isPlainlyRight } from "../../src/verify/plain-document.js";
import { Random } from "../fuzz/random.js";
import { textsOf } from "../support/utf8.js";

const LATEST = 2000;

function isRight(text: string | Uint8Array): boolean {
  return isPlainlyRight(Buffer.from(text), LATEST);
}

const cue = (begin: number, lines: Cue["lines"], place = BOTTOM): Cue => {
  return { begin: begin * 1e7, end: begin * 1e7 + 3e7, lines, place };
};

/** Documents of our own with all that they can hold. */
const OWN = textsOf(
  cutIntoFragments(
    packCues([
      cue(0.5, [[{ text: '"Tom" & <Jerry> [sigh]' }]]),
      cue(1, [[{ text: "a", italic: true }, { text: " b" }], [{ text: "c" }]]),
      cue(1.5, [[{ text: "Ωμέγα, 日本語, 😀, Ｆ" }]], {
        ...{ vertical: "top", align: "left" },
      }),
    ]),
    [0, 1, 2, 3].map((i) => ({ time: i * 2e7, duration: 2e7 })),
    { language: "ell" },
  ),
);

/** As other makers write. */
const PREFIXED =
  '<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:div>' +
  '<tt:p begin="00:00:00.000" end="00:00:02.000">a</tt:p><p begin="00:00:01.000"/>' +
  "</tt:div></tt:body></tt:tt>";

test("our own documents are plain, and the same with a prefix", () => {
  for (const text of [...OWN, PREFIXED]) expect(isRight(text), text).toBe(true);
});

/** A document with one cue. */
const withCue = (attributes: string, text = "a") =>
  `<tt><body><div><p ${attributes}>${text}</p></div></body></tt>`;
const TIMED = 'begin="00:00:00.000" end="00:00:02.000"';

test.each([
  ["no document", ""],
  ["another root", "<xx></xx>"],
  ["another root with a prefix", "<tt:body></tt:body>"],
  ["text behind it", "<tt></tt>a"],
  ["text before it", "a<tt></tt>"],
  ["two roots", "<tt></tt><tt></tt>"],
  ["an element that is not closed", "<tt><body></tt>"],
  ["an element closed twice", "<tt></body></tt>"],
  ["a name that goes on", "<tt><p></pp></tt>"],
  ["no end", "<tt><body>"],
  ["an end within a tag", "<tt"],
  ["an end within an attribute", '<tt a="'],
  ["an attribute twice", '<tt a="1" b="2" a="3"></tt>'],
  ["an attribute without a blank before it", '<tt a="1"b="2"></tt>'],
  ["an attribute without a value", "<tt a></tt>"],
  ["less-than in an attribute", '<tt a="<"></tt>'],
  ["an entity in an attribute", '<tt a="&x;"></tt>'],
  ["an entity that nobody declared", withCue(TIMED, "&nbsp;")],
  ["an ampersand", withCue(TIMED, "a & b")],
  ["the end of a section that has not begun", withCue(TIMED, "a]]>")],
  ["a control character", withCue(TIMED, "\x07")],
  ["no character", withCue(TIMED, "\uFFFE")],
  ["a comment, which a parser knows", withCue(TIMED, "<!-- a -->")],
  ["a section, which a parser knows", withCue(TIMED, "<![CDATA[a]]>")],
  ["a late end", withCue('begin="00:00:00.000" end="00:00:02.001"')],
  [
    "a late end by the hour",
    withCue('begin="00:00:00.000" end="01:00:00.000"'),
  ],
  ["an end without length", withCue('begin="00:00:01.000" end="00:00:01.000"')],
  [
    "an end before its begin",
    withCue('begin="00:00:01.500" end="00:00:01.000"'),
  ],
  ["an end at 0", withCue('end="00:00:00.000"')],
  ["a time in another form", withCue('begin="1s" end="00:00:02.000"')],
  ["a time without digits", withCue('begin="0x:00:00.000"')],
  ["a time with another sign", withCue('begin="00:00:00,000"')],
  ["a late end with a prefix", PREFIXED.replace("2.000", "2.001")],
  ["too many attributes", `<tt ${attributes(13)}></tt>`],
  ["too deep", "<tt>".repeat(17) + "</tt>".repeat(17)],
  ["too many elements", `<tt>${"<p/>".repeat(1000)}</tt>`],
])("%s is not plain", (_, text) => {
  expect(isRight(text)).toBe(false);
});

function attributes(count: number): string {
  return Array.from({ length: count }, (_, i) => `a${i}="b"`).join(" ");
}

/** What a parser and a reader of times say. */
function isRightByParser(document: Uint8Array): boolean {
  let root = "";
  const wrong: string[] = [];
  try {
    visitXml(document, (name, { begin = "00:00:00.000", end }) => {
      root ||= name;
      if (name !== root.replace(/tt$/, "p") || end === undefined) return;
      const [from, to] = [begin, end].map((time) =>
        Number(new Date(`1970-01-01T${time}Z`)),
      );
      const isFine = (from ?? NaN) < (to ?? NaN) && (to ?? NaN) <= LATEST;
      if (!isFine) wrong.push(end);
    });
  } catch {
    return false;
  }
  return wrong.length === 0 && /^(\w+:)?tt$/.test(root);
}

const BYTES = Buffer.from(
  "\0\n\t\r <>/&;\"'=:]![-?xtp0\x7f\x80\xef\xbf",
  "latin1",
);

test("what is plain is right for a parser, too, whatever became of a document", () => {
  const random = new Random(15, 0);
  let plain = 0;
  for (let i = 0; i < 20_000; i++) {
    const text = random.pick([...OWN, PREFIXED]);
    const bytes = Buffer.from(text);
    for (let n = random.below(3); n >= 0; n--)
      bytes[random.below(bytes.length)] = random.pick([...BYTES]);
    const cut = random.below(20) === 0 ? random.below(bytes.length) : 0;
    const document = bytes.subarray(cut);
    if (!isRight(document)) continue;
    plain++;
    expect(isRightByParser(document), document.toString("latin1")).toBe(true);
  }
  // Nearly all of the others are broken.
  expect(plain).toBeGreaterThan(1000);
});
