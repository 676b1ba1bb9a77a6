/**
 * The gravity of a finding. A `fault`: some client fails, or shows a wrong picture or
 * sound. A `note`: another maker's dialect, or a difference that only careful readers
 * see; the package plays.
 */
export type FindingLevel = "note" | "fault";

/** A difference between a package and the way that we would write it. */
export interface Finding {
  readonly level: FindingLevel;
  /** The broken rule, a short stable word such as `timeline`. */
  readonly rule: string;
  /** The file in the package's folder. */
  readonly file: string;
  /** Number of the fragment, counted from 1. */
  readonly fragment?: number | undefined;
  readonly message: string;
  readonly found?: string | number | undefined;
  readonly expected?: string | number | undefined;
  /** A client of `--for` that is known to fail. */
  readonly client?: string | undefined;
  /** How to mend it; a sentence. */
  readonly mend?: string | undefined;
  /** Pages that tell of it. */
  readonly sources?: readonly string[] | undefined;
}

/** One line for people: file, fragment, what, found, expected. */
export function describeFinding(finding: Finding): string {
  const { file, fragment, message, found, expected } = finding;
  const place = fragment === undefined ? file : `${file}, fragment ${fragment}`;
  const values =
    expected === undefined ? "" : ` is ${found}, expected ${expected}`;
  return `${place}: ${message}${values}.`;
}

/** The findings that make a package wrong. */
export function faultsIn(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ level }) => level === "fault");
}

/** More faults of one file and rule than this are of no use; a note appears once a package. */
const MOST_OF_A_KIND: Readonly<Record<FindingLevel, number>> = {
  fault: 5,
  note: 1,
};

/** Collects findings. */
export class Findings {
  readonly #dialect: FindingLevel;
  readonly #all: Finding[] = [];
  readonly #kinds = new Map<string, { last: Finding; count: number }>();

  /**
   * @param dialect level of a legal layout that we would not write: a fault in a package
   * that we have just written
   */
  constructor(dialect: FindingLevel = "note") {
    this.#dialect = dialect;
  }

  /** The place of findings about one file, or one fragment of it. */
  in(file: string, fragment?: number): FindingPlace {
    const add = (finding: Finding) => this.#add(finding);
    return new FindingPlace({ file, fragment }, "fault", this.#dialect, add);
  }

  /** All findings. When a kind was cut short, a last finding gives the number of the others. */
  list(): Finding[] {
    const cut = [...this.#kinds.values()].filter(
      ({ last: { level }, count }) => count > MOST_OF_A_KIND[level],
    );
    const faults = cut
      .filter(({ last }) => last.level === "fault")
      .map(({ last, count }) => summaryOf(last, count - MOST_OF_A_KIND.fault));
    // A rule may have notes of several kinds: one line counts all of them.
    const rules = new Map<string, { last: Finding; more: number }>();
    for (const { last, count } of cut) {
      if (last.level !== "note") continue;
      const before = rules.get(last.rule)?.more ?? 0;
      const more = before + count - MOST_OF_A_KIND.note;
      rules.set(last.rule, { last, more });
    }
    const notes = [...rules.values()].map(({ last, more }) =>
      summaryOf(last, more),
    );
    return [...this.#all, ...faults, ...notes];
  }

  #add(finding: Finding): void {
    const { level, rule, file, message } = finding;
    const kind = `${level} ${rule} ${level === "fault" ? file : message}`;
    const count = (this.#kinds.get(kind)?.count ?? 0) + 1;
    this.#kinds.set(kind, { last: finding, count });
    if (count <= MOST_OF_A_KIND[level]) this.#all.push(finding);
  }
}

function summaryOf({ level, rule, file }: Finding, more: number): Finding {
  const one = level === "fault" ? "finding" : "note";
  const what = more === 1 ? one : `${one}s`;
  return {
    level,
    rule,
    file,
    message: `${more} more ${what} of the rule ${rule}`,
  };
}

/** A compared value; undefined: nothing was found. */
type ComparedValue = string | number | bigint | undefined;

/** JSON has no numbers of 64 bits. */
function plain(value: ComparedValue): string | number {
  if (typeof value !== "bigint") return value ?? "nothing";
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A file, or a fragment of it, that findings are about. */
export class FindingPlace {
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
  as(level: FindingLevel): FindingPlace {
    return new FindingPlace(this.#where, level, this.#dialect, this.#add);
  }

  /** The same place, for a legal layout that we would not write. */
  get dialect(): FindingPlace {
    return this.as(this.#dialect);
  }

  /** Adds a finding unless found and expected are equal. */
  expect(
    rule: string,
    message: string,
    found: ComparedValue,
    expected: ComparedValue,
  ): void {
    if (plain(found) !== plain(expected))
      this.wrong(rule, message, found, expected);
  }

  /** Adds a finding with the found and the expected value. */
  wrong(
    rule: string,
    message: string,
    found: ComparedValue,
    expected: ComparedValue,
  ): void {
    const values = { found: plain(found), expected: plain(expected) };
    this.#say({ rule, message, ...values });
  }

  /** Adds a finding with a message alone. */
  say(rule: string, message: string): void {
    this.#say({ rule, message });
  }

  /** Adds a fault with a message alone. */
  fault(rule: string, message: string): void {
    this.as("fault").say(rule, message);
  }

  /** Adds a note with a message alone. */
  note(rule: string, message: string): void {
    this.as("note").say(rule, message);
  }

  /** Adds a fault of a client. */
  failure(
    finding: Pick<Finding, "rule" | "message" | "client" | "mend" | "sources">,
  ): void {
    this.as("fault").#say(finding);
  }

  #say(finding: Omit<Finding, "level" | "file" | "fragment">): void {
    this.#add({ level: this.#level, ...this.#where, ...finding });
  }
}

/** Attributes of a QualityLevel with the value that each must have. */
export type Expectations = readonly (readonly [
  attribute: string,
  expected: string | number,
  alsoRight?: string,
])[];
