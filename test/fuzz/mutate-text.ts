import type { Random } from "./random.js";

type Mutation = (text: string, random: Random) => string;

/** Values at which readers of attributes go wrong. */
// prettier-ignore
const TRAPS = [
  "", "0", "-1", "1e9", "1e308", "NaN", "Infinity", "0x10", "4294967296", "9007199254740993",
  "99999999999999999999999999", "../../etc/passwd", "..", "a/b", "a\\b", "&amp;", "&#0;", "&#x1F;",
  "&lol;", "&constructor;", "\0", "\u{1f4a9}", "clip_25.ismv", "clip.ism", "constructor", "__proto__",
] as const;

const setAttribute: Mutation = (text, random) => {
  const found = [...text.matchAll(/"[^"]*"/g)];
  if (found.length === 0) return text;
  const { index, 0: old } = random.pick(found);
  const long = "9".repeat(random.pick([10, 400, 100_000]));
  const value = random.below(12) === 0 ? long : random.pick(TRAPS);
  return `${text.slice(0, index)}"${value}"${text.slice(index + old.length)}`;
};

/** Many fragments out of one element. */
const repeatChunk: Mutation = (text, random) => {
  const r = random.pick(["1e9", "2147483647", "1000000", "-5", "1e309", "0"]);
  return text
    .replace(/<c /, `<c r="${r}" `)
    .replace('MinorVersion="0"', 'MinorVersion="2"');
};

/** Characters that are put in at most: a manifest that is too large is refused unread. */
const MOST = 5_000_000;

const doubleElement: Mutation = (text, random) => {
  const found = [...text.matchAll(/<\w+[^>]*\/>/g)];
  if (found.length === 0) return text;
  const { index, 0: element } = random.pick(found);
  const count = random.pick([1, 2, 50, 5000]);
  const copies = element.repeat(Math.min(count, MOST / element.length));
  return text.slice(0, index) + copies + text.slice(index);
};

const dropElement: Mutation = (text, random) => {
  const found = [...text.matchAll(/<[^>]*>/g)];
  if (found.length === 0) return text;
  const { index, 0: element } = random.pick(found);
  return text.slice(0, index) + text.slice(index + element.length);
};

const nestDeeply: Mutation = (text, random) => {
  const name = random.pick(["a", "StreamIndex", "switch", "video", "c"]);
  const depth = random.pick([20, 33, 5000]);
  const at = text.indexOf(">", random.below(text.length)) + 1;
  return (
    text.slice(0, at) +
    `<${name}>`.repeat(depth) +
    `</${name}>`.repeat(depth) +
    text.slice(at)
  );
};

/** Entities that are made of entities: parsers that expand them run full. */
const addEntities: Mutation = (text, random) => {
  const rows = Array.from(
    { length: 9 },
    (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
  );
  const doctype = `<!DOCTYPE x [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">${rows.join("")}]>`;
  const start = text.indexOf("?>") + 2;
  const used = text
    .slice(start)
    .replace(/"[^"]*"/, random.pick(['"&l9;"', '"&f;"']));
  return text.slice(0, start) + doctype + used;
};

const addAttributes: Mutation = (text, random) => {
  const count = random.pick([1, 65, 5000]);
  const added = Array.from({ length: count }, (_, i) => ` a${i}="${i}"`).join(
    "",
  );
  return text.replace(/<(\w+)/, `<$1${added}`);
};

const cut: Mutation = (text, random) =>
  text.slice(0, random.below(text.length));

const flip: Mutation = (text, random) => {
  const at = random.below(text.length);
  return (
    text.slice(0, at) +
    String.fromCharCode(random.below(256)) +
    text.slice(at + 1)
  );
};

const MUTATIONS: readonly Mutation[] = [
  setAttribute,
  setAttribute,
  setAttribute,
  repeatChunk,
  doubleElement,
  dropElement,
  nestDeeply,
  addEntities,
  addAttributes,
  cut,
  flip,
  flip,
];

/** A damaged copy of a manifest; now and then in UTF-16. */
export function mutateText(seed: Buffer, random: Random): Buffer {
  let text = seed.toString("utf8");
  for (let i = 1 + random.below(3); i > 0; i--)
    text = random.pick(MUTATIONS)(text, random);
  return random.below(20) === 0
    ? Buffer.from(`\ufeff${text}`, "utf16le")
    : Buffer.from(text, random.below(10) === 0 ? "latin1" : "utf8");
}
