import { describe, expect, test } from "vitest";
import { Findings } from "../../src/verify/finding.js";
import { checkDocument, KnownDocuments } from "../../src/verify/text-check.js";

const cue = (begin: string, end: string) =>
  `<p begin="${begin}" end="${end}">text</p>`;

const tt = (body: string) =>
  `<tt xmlns="http://www.w3.org/ns/ttml"><body><div>${body}</div></body></tt>`;

/** A fragment of two seconds that holds a document, behind a moof of eight bytes. */
function found(
  document: string,
  {
    sampleEntry = "dfxp",
    samples = 1,
    isOurs = true,
    known = new KnownDocuments(),
  } = {},
): string[] {
  const header = Buffer.from([0, 0, 0, 8, 0x6d, 0x6f, 0x6f, 0x66]);
  const mdat = Buffer.concat([Buffer.alloc(8), Buffer.from(document)]);
  const bytes = Buffer.concat([header, mdat]);
  const findings = new Findings(isOurs ? "fault" : "note");
  checkDocument(
    { bytes, samples, duration: 20_000_000 },
    { sampleEntry, known },
    findings.in("film_eng.ismt", 1),
  );
  return findings
    .list()
    .map(({ level, message, found }) => `${level}: ${message} ${found ?? ""}`);
}

describe("a document of captions", () => {
  test.each([
    tt(""),
    tt(cue("00:00:00.000", "00:00:02.000")),
    tt(cue("0.5s", "1500ms")),
    tt("<p>always</p>"),
    `<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:p begin="1s" end="2s"/></tt:tt>`,
  ])("%s is valid", (document) => {
    expect(found(document)).toEqual([]);
  });

  test.each([
    ["no XML", /^fault: no document that can be read/],
    [tt("<p>").replace("</tt>", ""), /^fault: no document that can be read/],
    ["<html/>", /^fault: root element html/],
    [tt(cue("00:00:00.000", "00:00:02.002")), /^fault: end of a cue 20020000/],
    [tt(cue("1s", "1s")), /^fault: end of a cue 10000000/],
    [tt(cue("1s", "soon")), /^fault: end of a cue soon/],
    [
      `<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:p end="3s"/></tt:tt>`,
      /^fault: end of a cue 30000000/,
    ],
  ])("%s is not", (document, says) => {
    expect(found(document)).toEqual([expect.stringMatching(says)]);
  });

  test("of another maker may count as it likes, which is said", () => {
    const late = tt(cue("00:10:00.000", "00:10:01.000"));
    expect(found(late, { isOurs: false })).toEqual([
      expect.stringMatching(/^note: end of a cue/),
    ]);
    expect(found(late, { sampleEntry: "stpp" })).toEqual([]);
  });

  test("of several in a fragment clients read the first", () => {
    expect(found(tt(""), { samples: 2 })).toEqual([
      "fault: documents of the fragment 2",
    ]);
  });
});

describe("documents of a track", () => {
  test("the same document without a cue is read once", () => {
    const known = new KnownDocuments();
    // A parser has to read it.
    const empty = tt("<!-- nobody speaks -->");
    expect(found(empty, { known })).toEqual([]);
    expect(known.has(Buffer.from(empty))).toBe(true);
    expect(known.has(Buffer.from(`${empty} `))).toBe(false);
  });

  test("a document with a cue, or with a fault, is read in each fragment", () => {
    const known = new KnownDocuments();
    const late = tt(cue("00:00:01.000", "00:00:09.000"));
    const right = tt(cue("00:00:00.000", "00:00:01.000"));
    for (const document of [late, "<html/>", "<tt>", right]) {
      const once = found(document, { known });
      expect(found(document, { known })).toEqual(once);
      expect(once.length).toBe(document === right ? 0 : 1);
      expect(known.has(Buffer.from(document))).toBe(false);
    }
  });
});
