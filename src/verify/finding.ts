/** Something in a package that is not as it must be. */
export interface Finding {
  /** The rule that is broken, a short stable word such as `fragment-time`. */
  readonly rule: string;
  /** The file in the package's folder. */
  readonly file: string;
  /** Number of the fragment, counted from 1. */
  readonly fragment?: number | undefined;
  readonly message: string;
  readonly found?: string | number | undefined;
  readonly expected?: string | number | undefined;
}

/** More findings of one file and rule than this help nobody. */
const MOST_OF_A_KIND = 5;

/** Collects findings; the checks speak through it. */
export class Findings {
  readonly #all: Finding[] = [];
  readonly #counts = new Map<string, number>();

  add(finding: Finding): void {
    const kind = `${finding.file} ${finding.rule}`;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= MOST_OF_A_KIND) this.#all.push(finding);
  }

  /** Adds a finding unless found and expected are equal. */
  expect(
    place: Omit<Finding, "found" | "expected">,
    found: string | number | undefined,
    expected: string | number,
  ): void {
    if (found !== expected)
      this.add({ ...place, found: found ?? "nothing", expected });
  }

  /** All findings; where a kind was cut short, a last one tells how many there were. */
  list(): Finding[] {
    const cut = [...this.#counts].filter(([, count]) => count > MOST_OF_A_KIND);
    const summaries = cut.map(([kind, count]) => {
      const [file, rule] = splitLast(kind);
      const message = `${count - MOST_OF_A_KIND} more findings of this kind`;
      return { rule, file, message };
    });
    return [...this.#all, ...summaries];
  }
}

/** One line for people: file, fragment, what, found, expected. */
export function describeFinding(finding: Finding): string {
  const { file, fragment, message, found, expected } = finding;
  const place = fragment === undefined ? file : `${file}, fragment ${fragment}`;
  const values =
    expected === undefined ? "" : ` is ${found}, expected ${expected}`;
  return `${place}: ${message}${values}.`;
}

function splitLast(kind: string): [string, string] {
  const blank = kind.lastIndexOf(" ");
  return [kind.slice(0, blank), kind.slice(blank + 1)];
}
