import { expect, test } from "vitest";
import { toLanguage } from "../../src/media/language.js";

test.for([
  // Two codes for one language: Smooth clients expect the terminology code.
  { tag: "fre", language: "fra" },
  { tag: "ger", language: "deu" },
  { tag: "chi", language: "zho" },
  { tag: "dut", language: "nld" },
  { tag: "fra", language: "fra" },
  { tag: "eng", language: "eng" },
  { tag: "ENG", language: "eng" },
  { tag: "en", language: "eng" },
  { tag: "pt-BR", language: "por" },
  { tag: "zh_Hans", language: "zho" },
  { tag: "ger-AT", language: "deu" },
  // Three letters that we do not know may be right.
  { tag: "tlh", language: "tlh" },
  { tag: "und", language: "und" },
  { tag: "", language: "und" },
  { tag: "xx", language: "und" },
  { tag: "english", language: "und" },
  { tag: "12", language: "und" },
  { tag: undefined, language: "und" },
])("the language tag $tag is $language", ({ tag, language }) => {
  expect(toLanguage(tag)).toBe(language);
});

test("a tag that happens to be a word of JavaScript is unknown", () => {
  expect(toLanguage("constructor")).toBe("und");
});
