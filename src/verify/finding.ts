/**
 * How grave a finding is. A `fault`: some client fails, or shows something else than it
 * should. A `note`: another maker's dialect, or what only careful readers see; the package plays.
 */
export type FindingLevel = "note" | "fault";

/** Something in a package that is not as we would write it. */
export interface Finding {
  readonly level: FindingLevel;
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

/** What makes a package wrong. */
export function faultsIn(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ level }) => level === "fault");
}

/** More faults of one file and rule than this help nobody; a note is said once a package. */
const MOST_OF_A_KIND: Readonly<Record<FindingLevel, number>> = {
  fault: 5,
  note: 1,
};

/** Collects findings. */
export class Findings {
  readonly #dialect: FindingLevel;
  readonly #all: Finding[] = [];
  readonly #kinds = new Map<string, { last: Finding; count: number }>();

  /** @param dialect what a legal layout is that we would not write: a fault in what we have just written */
  constructor(dialect: FindingLevel = "note") {
    this.#dialect = dialect;
  }

  /** Where findings about one file, or one fragment of it, are said. */
  in(file: string, fragment?: number): Place {
    const add = (finding: Finding) => this.#add(finding);
    return new Place({ file, fragment }, "fault", this.#dialect, add);
  }

  /** All findings; where a kind was cut short, a last one tells how many more there were. */
  list(): Finding[] {
    const cut = [...this.#kinds.values()].filter(
      ({ last: { level }, count }) => count > MOST_OF_A_KIND[level],
    );
    const summaries = cut.map(({ last: { level, rule, file }, count }) => {
      const more = count - MOST_OF_A_KIND[level];
      const what = level === "fault" ? "findings" : "notes";
      return {
        level,
        rule,
        file,
        message: `${more} more ${what} of the rule ${rule}`,
      };
    });
    return [...this.#all, ...summaries];
  }

  #add(finding: Finding): void {
    const { level, rule, file, message } = finding;
    const kind = `${level} ${rule} ${level === "fault" ? file : message}`;
    const count = (this.#kinds.get(kind)?.count ?? 0) + 1;
    this.#kinds.set(kind, { last: finding, count });
    if (count <= MOST_OF_A_KIND[level]) this.#all.push(finding);
  }
}

/** What is compared; undefined: nothing was found. */
type Value = string | number | bigint | undefined;

/** JSON has numbers, but none of 64 bits. */
function plain(value: Value): string | number {
  if (typeof value !== "bigint") return value ?? "nothing";
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A file, or a fragment of it, about which findings are said. */
export class Place {
  readonly #where: Pick<Finding, "file" | "fragment">;
  readonly #level: FindingLevel;
  readonly #dialect: FindingLevel;
  readonly #add: (finding: Finding) => void;

  constructor(
    where: Pick<Finding, "file" | "fragment">,
    level: FindingLevel,
    dialect: FindingLevel,
    add: (finding: Finding) => void,
  ) {
    this.#where = where;
    this.#level = level;
    this.#dialect = dialect;
    this.#add = add;
  }

  /** The same place, with findings of another level. */
  as(level: FindingLevel): Place {
    return new Place(this.#where, level, this.#dialect, this.#add);
  }

  /** The same place, for what is legal but not as we write it. */
  get dialect(): Place {
    return this.as(this.#dialect);
  }

  /** A finding unless found and expected are equal. */
  expect(rule: string, message: string, found: Value, expected: Value): void {
    if (plain(found) !== plain(expected))
      this.wrong(rule, message, found, expected);
  }

  /** A finding with what was found and what was expected. */
  wrong(rule: string, message: string, found: Value, expected: Value): void {
    const values = { found: plain(found), expected: plain(expected) };
    this.#say({ rule, message, ...values });
  }

  /** A finding that its message says whole. */
  say(rule: string, message: string): void {
    this.#say({ rule, message });
  }

  /** A fault that its message says whole. */
  fault(rule: string, message: string): void {
    this.as("fault").say(rule, message);
  }

  /** The same of a note. */
  note(rule: string, message: string): void {
    this.as("note").say(rule, message);
  }

  #say(finding: Omit<Finding, "level" | "file" | "fragment">): void {
    this.#add({ level: this.#level, ...this.#where, ...finding });
  }
}
