/** Something in a package that is not as it must be. */
export interface Finding {
  /** The rule that is broken, a short stable word such as `timeline`. */
  readonly rule: string;
  /** The file in the package's folder. */
  readonly file: string;
  /** Number of the fragment, counted from 1. */
  readonly fragment?: number | undefined;
  readonly message: string;
  readonly found?: string | number | undefined;
  readonly expected?: string | number | undefined;
}

/** One line for people: file, fragment, what, found, expected. */
export function describeFinding(finding: Finding): string {
  const { file, fragment, message, found, expected } = finding;
  const place = fragment === undefined ? file : `${file}, fragment ${fragment}`;
  const values =
    expected === undefined ? "" : ` is ${found}, expected ${expected}`;
  return `${place}: ${message}${values}.`;
}

/** More findings of one file and rule than this help nobody. */
const MOST_OF_A_KIND = 5;

/** Collects findings. */
export class Findings {
  readonly #all: Finding[] = [];
  readonly #kinds = new Map<string, { last: Finding; count: number }>();

  /** Where findings about one file, or one fragment of it, are said. */
  in(file: string, fragment?: number): Place {
    return new Place(file, fragment, (finding) => this.#add(finding));
  }

  /** All findings; where a kind was cut short, a last one tells how many more there were. */
  list(): Finding[] {
    const cut = [...this.#kinds.values()].filter(
      ({ count }) => count > MOST_OF_A_KIND,
    );
    const summaries = cut.map(({ last: { rule, file }, count }) => {
      const message = `${count - MOST_OF_A_KIND} more findings of the rule ${rule}`;
      return { rule, file, message };
    });
    return [...this.#all, ...summaries];
  }

  #add(finding: Finding): void {
    const kind = `${finding.rule} ${finding.file}`;
    const count = (this.#kinds.get(kind)?.count ?? 0) + 1;
    this.#kinds.set(kind, { last: finding, count });
    if (count <= MOST_OF_A_KIND) this.#all.push(finding);
  }
}

/** A file, or a fragment of it, about which findings are said. */
export class Place {
  readonly #file: string;
  readonly #fragment: number | undefined;
  readonly #add: (finding: Finding) => void;

  constructor(
    file: string,
    fragment: number | undefined,
    add: (finding: Finding) => void,
  ) {
    this.#file = file;
    this.#fragment = fragment;
    this.#add = add;
  }

  /** A finding unless found and expected are equal. */
  expect(
    rule: string,
    message: string,
    found: string | number | undefined,
    expected: string | number,
  ): void {
    if (found !== expected) this.wrong(rule, message, found, expected);
  }

  /** A finding with what was found and what was expected. */
  wrong(
    rule: string,
    message: string,
    found: string | number | undefined,
    expected: string | number,
  ): void {
    const place = { file: this.#file, fragment: this.#fragment };
    this.#add({ rule, ...place, message, found: found ?? "nothing", expected });
  }

  /** A finding that its message says whole. */
  fault(rule: string, message: string): void {
    this.#add({ rule, file: this.#file, fragment: this.#fragment, message });
  }
}
