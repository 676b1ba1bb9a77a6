import type { Random } from "./random.js";

type Mutation = (text: string, random: Random) => string;

/** Where readers of captions go wrong. */
// prettier-ignore
const TRAPS = [
  "-->", "00:00:01,000 --> 00:00:02,000", "99999999:59:59.999", "-1", "1e9", "<", ">", "</", "<i>", "<c.", "<v ",
  "{\\an8}", "{\\", "&", "&#0;", "&#x110000;", "&lt", "\n\n", "\r", "\0", "\u2028", "\uFEFF", "\u{1f4a9}", "\uE000",
  "NOTE", "STYLE\n", "REGION\n", "WEBVTT", "u2029", "1", "<p>", "<br/>", "<span>", "<set/>", "<style/>", "</tt>",
  'begin="', 'end="-1s"', 'dur="0s"', 'style="constructor"', 'xml:id="__proto__"', "<!--", "<![CDATA[", "<!DOCTYPE x>",
  "9420", "94ae", "942f", "9425", "97a1", "9723", "91ae", "1020", "ffff", "8080", "00:00:00;29\t",
] as const;

const putIn: Mutation = (text, random) => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(TRAPS) + text.slice(at);
};

const putInPlace: Mutation = (text, random) => {
  const at = random.below(text.length + 1);
  const trap = random.pick(TRAPS);
  return text.slice(0, at) + trap + text.slice(at + trap.length);
};

const changeDigit: Mutation = (text, random) => {
  const digits = [...text.matchAll(/\d+/g)];
  if (digits.length === 0) return text;
  const { index, 0: old } = random.pick(digits);
  const wide = "9".repeat(random.pick([3, 17, 400]));
  const value = random.pick([
    "",
    "0",
    "59",
    "60",
    "99",
    String(random.below(1000)),
    wide,
  ]);
  return text.slice(0, index) + value + text.slice(index + old.length);
};

const linesOf = (text: string) => text.split("\n");

const dropLine: Mutation = (text, random) => {
  const lines = linesOf(text);
  lines.splice(random.below(lines.length), 1 + random.below(3));
  return lines.join("\n");
};

const moveLine: Mutation = (text, random) => {
  const lines = linesOf(text);
  const [line = ""] = lines.splice(random.below(lines.length), 1);
  lines.splice(random.below(lines.length + 1), 0, line);
  return lines.join("\n");
};

/** Up to some thousands of cues. */
const repeat: Mutation = (text, random) => {
  const lines = linesOf(text);
  const at = random.below(lines.length);
  const part = lines.slice(at, at + 1 + random.below(6)).join("\n");
  const times = random.pick([1, 2, 30, 30, 3000]);
  return [
    ...lines.slice(0, at),
    `${part}\n`.repeat(Math.min(times, 300_000 / (part.length + 1))),
    ...lines.slice(at),
  ].join("\n");
};

const longLine: Mutation = (text, random) => {
  const at = random.below(text.length + 1);
  const part = random.pick([
    "a",
    " ",
    "<",
    "<i>",
    "&",
    "{\\",
    "-",
    "1:",
    "9420 ",
    "<span>",
  ]);
  return (
    text.slice(0, at) +
    part.repeat(random.pick([40, 40, 30_000])) +
    text.slice(at)
  );
};

const cutOff: Mutation = (text, random) =>
  text.slice(0, random.below(text.length + 1));

const MUTATIONS: readonly Mutation[] = [
  ...[
    putIn,
    putIn,
    putIn,
    putInPlace,
    putInPlace,
    changeDigit,
    changeDigit,
    changeDigit,
  ],
  ...[dropLine, moveLine, repeat, longLine, cutOff],
];

/** Bytes in which letters and their encoding were damaged. */
export function mutateCaptions(seed: Buffer, random: Random): Buffer {
  // Of a letter a byte: what no text could hold stays as it is.
  let text = seed.toString("latin1");
  for (let i = 1 + random.below(3); i > 0; i--)
    text = random.pick(MUTATIONS)(text, random);
  const bytes = Buffer.from(text, random.below(8) === 0 ? "utf16le" : "latin1");
  if (bytes.length > 0 && random.below(4) === 0)
    bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}
