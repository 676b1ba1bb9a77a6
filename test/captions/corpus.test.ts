import { describe, expect, test } from "vitest";
import type { Cue, TextSpan } from "../../src/captions/cue.js";
import { readCaptions } from "../../src/captions/read-captions.js";
import { PackError } from "../../src/errors.js";
import { NASTY_FILES } from "./corpus.js";

/** All of the corpus belong to a film of twenty seconds. */
const duration = 200_000_000;

describe("caption files as they are met", () => {
  test.for(NASTY_FILES)("$name: $what", async (file) => {
    const { bytes, name, cues, warnings = [], refused } = file;
    const answer = await readCaptions(bytes, name, { duration }).catch(
      (error: unknown) => error,
    );
    if (refused !== undefined) {
      expect(answer).toBeInstanceOf(PackError);
      expect(answer).toMatchObject({ code: "input", message: refused });
      return;
    }
    if (answer instanceof Error) throw answer;
    expect(answer).toMatchObject({ warnings });
    expect((answer as { cues: Cue[] }).cues.map(short)).toEqual(cues);
  });
});

function short({ begin, end, lines, place }: Cue): string {
  const align = place.align === "center" ? "" : ` ${place.align}`;
  const text = lines.map((line) => line.map(marked).join("")).join("|");
  const [from, to] = [begin, end].map((at) => Math.round(at / 10_000));
  return `${from}-${to} ${place.vertical}${align} ${text}`;
}

function marked({ text, italic, bold, underline, colour }: TextSpan): string {
  const tags = [
    ...(italic === true ? ["i"] : []),
    ...(bold === true ? ["b"] : []),
    ...(underline === true ? ["u"] : []),
    ...(colour === undefined ? [] : [colour]),
  ];
  return tags.reduceRight((all, tag) => `<${tag}>${all}</${tag}>`, text);
}
