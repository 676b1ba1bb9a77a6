/**
 * Recognizes documents of captions that are right, in the plain form that most have: elements,
 * quoted attributes, text and the entities of XML. It is ten times as fast as a parser, and twenty
 * captions of a film have 100,000 documents. It says no to everything that it does not know
 * exactly: comments, other entities, single quotes, other forms of times. A parser decides then,
 * and has the words for what is wrong.
 *
 * @param latest of the ends of cues, in milliseconds
 */
export function isPlainlyRight(document: Uint8Array, latest: number): boolean {
  SCAN.begin(document, latest);
  return SCAN.isRight();
}

/** Deeper documents are left to the parser. */
const DEEPEST = 16;
const MOST_ATTRIBUTES = 12;
const MOST_ELEMENTS = 1000;

const PROLOG = Buffer.from('<?xml version="1.0" encoding="utf-8"?>\n');

const [NEW_LINE, BLANK, QUOTE, AMPERSAND, SLASH] = [10, 32, 34, 38, 47];
const [COLON, LESS, EQUAL, GREATER, BRACKET] = [58, 60, 61, 62, 93];

/** Characters of names, and those that begin one. XML 1.0, 2.3; only of ASCII */
const NAME = new Uint8Array(256);
const NAME_START = new Uint8Array(256);
for (const sign of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:")
  NAME_START[sign.charCodeAt(0)] = NAME[sign.charCodeAt(0)] = 1;
for (const sign of "0123456789.-") NAME[sign.charCodeAt(0)] = 1;

const ENTITIES = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"].map((text) =>
  Buffer.from(text),
);

/** A short list of places. An array that is emptied and filled again would be garbage each time. */
class Places {
  count = 0;
  readonly #places: Uint32Array;

  constructor(private readonly most: number) {
    this.#places = new Uint32Array(most);
  }

  get(i: number): number {
    return this.#places[i] ?? 0;
  }

  /** @returns whether there was room */
  push(from: number, to: number): boolean {
    if (this.count + 2 > this.most) return false;
    this.#places[this.count++] = from;
    this.#places[this.count++] = to;
    return true;
  }

  pop(): number {
    return this.get(--this.count);
  }
}

const NOTHING = new Uint8Array();

/** A byte beyond the end is NaN or undefined, which equals no sign. */
class Scan {
  private bytes: Uint8Array = NOTHING;
  private latest = 0;
  private at = 0;
  private elements = 0;
  /** Where the names of the open elements begin and end. */
  private readonly open = new Places(2 * DEEPEST);
  /** The same of the attributes of one element. */
  private readonly attributes = new Places(2 * MOST_ATTRIBUTES);
  /** Length of the root's prefix with its colon; the names of cues have the same. */
  private prefix = 0;
  private root = 0;
  /** Of the last tag, in milliseconds. */
  private beginTime = NONE;
  private endTime = NONE;

  /** Begins with a document. */
  begin(document: Uint8Array, latest: number): void {
    this.bytes = document;
    this.latest = latest;
    this.at = this.elements = this.prefix = this.root = 0;
    this.open.count = this.attributes.count = 0;
  }

  isRight(): boolean {
    if (this.isHere(PROLOG)) this.at += PROLOG.length;
    this.root = this.at + 1;
    if (!this.openTag() || !this.isRoot()) return false;
    while (this.open.count > 0) {
      const isFine =
        this.bytes[this.at] === LESS ? this.tag() : this.characters();
      if (!isFine) return false;
    }
    while (this.bytes[this.at] === NEW_LINE) this.at++;
    return this.at === this.bytes.length;
  }

  private tag(): boolean {
    return this.bytes[this.at + 1] === SLASH ? this.closeTag() : this.openTag();
  }

  /** `<name a="b">` or `<name/>` */
  private openTag(): boolean {
    const { bytes, open } = this;
    if (bytes[this.at] !== LESS || ++this.elements > MOST_ELEMENTS)
      return false;
    this.at++;
    const from = this.at;
    if (!this.name()) return false;
    const to = this.at;
    this.attributes.count = 0;
    this.beginTime = this.endTime = NONE;
    while (bytes[this.at] === BLANK) if (!this.attribute()) return false;
    const isEmpty = bytes[this.at] === SLASH;
    if (isEmpty) this.at++;
    if (bytes[this.at++] !== GREATER || !this.isCueFine(from, to)) return false;
    // An empty root is left to the parser.
    if (isEmpty) return open.count > 0;
    return open.push(from, to);
  }

  private closeTag(): boolean {
    const { bytes, open } = this;
    const to = open.pop();
    const from = open.pop();
    this.at += 2;
    for (let i = from; i < to; i++)
      if (bytes[i] !== bytes[this.at++]) return false;
    return bytes[this.at++] === GREATER;
  }

  private name(): boolean {
    const { bytes } = this;
    if (NAME_START[bytes[this.at] ?? 0] !== 1) return false;
    while (NAME[bytes[this.at] ?? 0] === 1) this.at++;
    return true;
  }

  /** ` name="value"` */
  private attribute(): boolean {
    const { bytes } = this;
    const from = ++this.at;
    if (!this.name() || !this.isNew(from, this.at)) return false;
    const to = this.at;
    if (bytes[this.at] !== EQUAL || bytes[this.at + 1] !== QUOTE) return false;
    this.at += 2;
    const value = this.at;
    for (;;) {
      const byte = bytes[this.at] ?? 0;
      if (byte === QUOTE) break;
      if (byte === LESS || byte === AMPERSAND || !this.isCharacter(byte))
        return false;
      this.at++;
    }
    const isTimed = this.takeTime(from, to, value);
    this.at++;
    return isTimed;
  }

  /** No attribute of the element has the same name. */
  private isNew(from: number, to: number): boolean {
    const { attributes } = this;
    for (let i = 0; i < attributes.count; i += 2)
      if (this.isSame(attributes.get(i), attributes.get(i + 1), from, to))
        return false;
    return attributes.push(from, to);
  }

  private isSame(a: number, aEnd: number, b: number, bEnd: number): boolean {
    if (aEnd - a !== bEnd - b) return false;
    for (; a < aEnd; a++, b++)
      if (this.bytes[a] !== this.bytes[b]) return false;
    return true;
  }

  /** Remembers begin and end. A time in another form than `hh:mm:ss.mmm` is not plain. */
  private takeTime(from: number, to: number, value: number): boolean {
    const isBegin = to - from === BEGIN.length && this.isAt(BEGIN, from);
    const isEnd = to - from === END.length && this.isAt(END, from);
    if (!isBegin && !isEnd) return true;
    const time = this.at - value === CLOCK.length ? this.clock(value) : NONE;
    if (isBegin) this.beginTime = time;
    else this.endTime = time;
    return time !== NONE;
  }

  /** @returns milliseconds */
  private clock(at: number): number {
    let time = 0;
    for (const factor of CLOCK) {
      const sign = this.bytes[at++] ?? 0;
      const digit = sign - 48;
      if (factor < 0 ? sign !== -factor : digit < 0 || digit > 9) return NONE;
      if (factor > 0) time += factor * digit;
    }
    return time;
  }

  /** An element that is no cue is fine. */
  private isCueFine(from: number, to: number): boolean {
    const { beginTime: begin, endTime: end } = this;
    const name = from + this.prefix;
    const isCue =
      to - name === 1 &&
      this.bytes[name] === LETTER_P &&
      this.isSame(this.root, this.root + this.prefix, from, name);
    if (!isCue || end === NONE) return true;
    return end > (begin === NONE ? 0 : begin) && end <= this.latest;
  }

  /** Text up to the next tag. */
  private characters(): boolean {
    const { bytes } = this;
    for (;;) {
      const byte = bytes[this.at] ?? 0;
      if (byte === LESS) return true;
      if (byte === AMPERSAND) {
        if (!this.entity()) return false;
      } else {
        if (byte !== NEW_LINE && !this.isCharacter(byte)) return false;
        this.at++;
      }
    }
  }

  /**
   * A character that XML allows and that stands for itself. All bytes of other letters are fine:
   * what is not UTF-8 is read as U+FFFD. But U+FFFE and U+FFFF are no characters, and `]]>` ends
   * what has not begun.
   */
  private isCharacter(byte: number): boolean {
    const { bytes, at } = this;
    if (byte === GREATER)
      return bytes[at - 1] !== BRACKET || bytes[at - 2] !== BRACKET;
    if (byte === 0xef) return bytes[at + 1] !== 0xbf;
    return byte >= BLANK && byte !== 0x7f;
  }

  private entity(): boolean {
    const found = ENTITIES.find((entity) => this.isHere(entity));
    this.at += found?.length ?? 0;
    return found !== undefined;
  }

  /** The name of the root, behind its prefix, is `tt`. */
  private isRoot(): boolean {
    const from = this.open.get(0);
    const to = this.open.get(1);
    const colon = this.bytes.subarray(from, to).indexOf(COLON);
    this.prefix = colon + 1;
    return (
      to - from - this.prefix === ROOT.length &&
      this.isAt(ROOT, from + this.prefix)
    );
  }

  private isHere(text: Uint8Array): boolean {
    return this.isAt(text, this.at);
  }

  private isAt(text: Uint8Array, at: number): boolean {
    for (let i = 0; i < text.length; i++)
      if (text[i] !== this.bytes[at + i]) return false;
    return true;
  }
}

const NONE = -1;
const LETTER_P = 112;
const ROOT = Buffer.from("tt");
const BEGIN = Buffer.from("begin");
const END = Buffer.from("end");

/** `hh:mm:ss.mmm`: what each digit counts, in milliseconds; below 0, a sign that must be there. */
// prettier-ignore
const CLOCK = [
  36_000_000, 3_600_000, -58, 600_000, 60_000, -58, 10_000, 1000, -46, 100, 10, 1,
];

/** One for all documents, which are checked one after another. */
const SCAN = new Scan();
