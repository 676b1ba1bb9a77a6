import { describe, expect, test } from "vitest";
import {
  captionsBeside,
  parseCaptionArgument,
} from "../../src/captions/names.js";
import { PackError } from "../../src/errors.js";

describe("the value of --captions", () => {
  test.for([
    ["film.vtt", "film.vtt", "und", "subtitle"],
    ["film.srt=eng", "film.srt", "eng", "subtitle"],
    ["film.srt=de", "film.srt", "deu", "subtitle"],
    ["film.srt=ger", "film.srt", "deu", "subtitle"],
    ["film.srt=pt-BR", "film.srt", "por", "subtitle"],
    ["film.de.vtt=deu,caption", "film.de.vtt", "deu", "caption"],
    ["film.de.vtt=caption", "film.de.vtt", "deu", "caption"],
    ["film.de.vtt=fra", "film.de.vtt", "fra", "subtitle"],
    ["film.srt=caption, eng", "film.srt", "eng", "caption"],
    ["film.en.sdh.srt", "film.en.sdh.srt", "eng", "caption"],
    ["a.film.of.1999.eng.srt", "a.film.of.1999.eng.srt", "eng", "subtitle"],
    ["The.Old.Man.srt", "The.Old.Man.srt", "und", "subtitle"],
    ["the.old.man.srt", "the.old.man.srt", "und", "subtitle"],
    ["films/a=b/x.srt", "films/a=b/x.srt", "und", "subtitle"],
    ["films/a=b.srt=eng", "films/a=b.srt", "eng", "subtitle"],
    ["C:\\films\\x.ttml=tlh", "C:\\films\\x.ttml", "tlh", "subtitle"],
  ] as const)("%s", ([value, file, language, kind]) => {
    const isForced = false;
    expect(parseCaptionArgument(value)).toEqual({
      ...{ file, language, kind, isForced },
    });
  });

  test.for([
    ["film.srt=german", '"german" is neither a language nor a kind'],
    ["film.srt=eng,deu", '"deu" is neither a language nor a kind'],
    ["film.srt=", '"" is neither a language nor a kind'],
    ["film.srt=constructor", '"constructor" is neither a language nor a kind'],
    ["=eng", "it names no file"],
    ["", "it names no file"],
  ] as const)("%s is refused", ([value, what]) => {
    const message = `--captions ${value}: ${what}. Expected FILE, FILE=eng or FILE=eng,caption.`;
    const refused = expect(() => parseCaptionArgument(value));
    refused.toThrow(PackError);
    refused.toThrow(message);
  });
});

test("captions beside a film are those with its name, and a language or a word that is known", () => {
  const names = [
    ...["film.mkv", "film.srt", "film.eng.srt", "film.de.forced.srt"],
    ...["film.hi.vtt", "film.en.hi.vtt", "film.FR.srt", "film.director.srt"],
    ...["film.part2.srt", "film2.srt", "other.eng.srt", "film.xml", "film.nfo"],
    ...["film.eng.SCC", "film.en.default.ttml", "film..srt"],
  ];
  const found = captionsBeside("film.mkv", names).map(
    ({ file, language, kind, isForced }) =>
      `${file} ${language} ${kind}${isForced ? " forced" : ""}`,
  );
  expect(found).toEqual([
    "film..srt und subtitle",
    "film.de.forced.srt deu subtitle forced",
    "film.en.default.ttml eng subtitle",
    "film.en.hi.vtt eng caption",
    "film.eng.SCC eng subtitle",
    "film.eng.srt eng subtitle",
    "film.hi.vtt hin subtitle",
    "film.srt und subtitle",
  ]);
});

test("a name with points is compared whole", () => {
  const names = ["a.film.mkv", "a.film.de.srt", "a.de.srt"];
  expect(captionsBeside("a.film.mkv", names).map(({ file }) => file)).toEqual([
    "a.film.de.srt",
  ]);
});
