/** What {@link RepeatedTags} needs of a parser. */
interface Parser {
  /** How many characters it has read. */
  readonly position: number;
  write(text: string): unknown;
}

/** A tag without children whose values need no parser. */
const PLAIN_TAG = /<[A-Za-z]+(?: [A-Za-z]+="[\w.]*")*\/>/g;

/** A longer tag is hardly one of many. */
const LONGEST = 200;

/** Other makers number their tags, so that no two are alike. */
const MOST_KNOWN = 1000;

/**
 * Takes tags from a parser that have the text of one that it has read before. A client manifest is
 * one `<c d="20000000"/>` after another, 100,000 with the captions of a film, and a parser leaves
 * twenty times their size behind.
 *
 * A tag is taken only behind another tag without children. So it never is a part of a comment.
 */
export class RepeatedTags<Node> {
  readonly #known = new Map<string, Node>();
  #closed: { readonly node: Node; readonly end: number } | undefined;
  /** Only blanks are between the parser's place and a tag without children. */
  #isBehindTag = false;
  #written = 0;

  constructor(
    private readonly parser: Parser,
    private readonly onRepeated: (node: Node, times: number) => void,
  ) {}

  /** To be called for each tag without children that the parser reads. */
  sawClosed(node: Node): void {
    this.#closed = { node, end: this.parser.position };
  }

  /** @param text the next piece of the document */
  write(text: string): void {
    for (let at = 0; at < text.length;) {
      const begin = at;
      at = this.#takeRepeated(text, begin);
      PLAIN_TAG.lastIndex = at;
      const tag = PLAIN_TAG.exec(text)?.[0];
      const end = tag === undefined ? text.length : PLAIN_TAG.lastIndex;
      const taken = inBlanks(text.slice(begin, at));
      this.#parse(taken + text.slice(at, end), tag);
      at = end;
    }
  }

  /** @returns where the next one is that is none */
  #takeRepeated(text: string, at: number): number {
    while (this.#isBehindTag) {
      const begin = behindBlanks(text, at);
      const end = text.indexOf("/>", begin) + 2;
      if (end <= begin || end - begin > LONGEST) break;
      const tag = text.slice(begin, end);
      const node = this.#known.get(tag);
      if (node === undefined) break;
      let times = 1;
      let next = behindBlanks(text, end);
      for (at = end; text.startsWith(tag, next); times++) {
        at = next + tag.length;
        next = behindBlanks(text, at);
      }
      this.onRepeated(node, times);
    }
    return at;
  }

  #parse(text: string, tag: string | undefined): void {
    this.#written += text.length;
    this.parser.write(text);
    // Within a comment the parser sees no tag; one in front of the comment has another end.
    const isRead = this.#closed?.end === this.#written;
    const node = isRead ? this.#closed?.node : undefined;
    if (
      tag !== undefined &&
      node !== undefined &&
      this.#known.size < MOST_KNOWN
    )
      this.#known.set(tag, node);
    this.#isBehindTag =
      node !== undefined || (this.#isBehindTag && text.trim() === "");
  }
}

/** Blanks that bring the parser to the same line and column. */
function inBlanks(text: string): string {
  let lines = 0;
  let last = -1;
  for (;;) {
    const next = text.indexOf("\n", last + 1);
    if (next < 0) break;
    [lines, last] = [lines + 1, next];
  }
  return "\n".repeat(lines) + " ".repeat(text.length - 1 - last);
}

function behindBlanks(text: string, at: number): number {
  while (BLANKS.has(text.charCodeAt(at))) at++;
  return at;
}

/** XML 1.0, 2.3 */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x9, 0xd, 0xa]);
