import type { Skip } from "./allowed.js";

/** What vitest's JSON reporter tells, as far as it is read here. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly status?: string;
    /** Why the file as a whole failed. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

type Place = Pick<Skip, "file" | "name">;

/** All tests that each run that knows them has skipped, by file and full name. */
export function skipsIn(reports: readonly TestReport[]): Place[] {
  const runs = reports.map(testsOf);
  const all = new Map(runs.flatMap((tests) => [...tests]));
  return [...all.values()]
    .filter(({ key }) => runs.every((run) => run.get(key)?.skipped ?? true))
    .map(({ file, name }) => ({ file, name }));
}

/** Of tests with one name, one that is skipped counts. */
function testsOf(report: TestReport) {
  const tests = new Map<string, Place & { key: string; skipped: boolean }>();
  for (const { name: path, assertionResults } of report.testResults)
    for (const { ancestorTitles, title, status } of assertionResults) {
      const file = inRepository(path);
      const name = [...ancestorTitles, title].join(" > ");
      const key = `${file}: ${name.replaceAll(WHY, "")}`;
      const skipped = NOT_RUN.includes(status) || tests.get(key)?.skipped;
      tests.set(key, { file, name, key, skipped: skipped === true });
    }
  return tests;
}

/** The reason that a group's name has only where the group is skipped. */
const WHY = / \(skipped[,:][^()]*\)/g;

/** The runs may stand in different clones. */
function inRepository(path: string): string {
  return path.slice(path.lastIndexOf("/test/") + 1);
}

const NOT_RUN = ["skipped", "pending", "todo", "disabled"];

/** What differs from the list of what may be skipped, a sentence each. */
export function surprises(
  skipped: readonly Place[],
  allowed: readonly Skip[],
): string[] {
  const more = skipped
    .filter((skip) => !allowed.some((one) => isIn(skip, one)))
    .map(({ file, name }) => `skipped, and not listed: ${file}: ${name}`);
  const less = allowed
    .filter((one) => !skipped.some((skip) => isIn(skip, one)))
    .map(({ file, name }) => `listed, and not skipped: ${file}: ${name}`);
  return [...more, ...less];
}

function isIn(skip: Place, { file, name }: Place): boolean {
  return (
    skip.file === file &&
    (skip.name === name || skip.name.startsWith(`${name} > `))
  );
}

/** The files that took longest, with their seconds. */
export function slowest(
  reports: readonly TestReport[],
  count: number,
): string[] {
  return reports
    .flatMap(({ testResults }) => testResults)
    .map(({ name, startTime, endTime }) => ({
      file: inRepository(name),
      seconds: (endTime - startTime) / 1000,
    }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, count)
    .map(({ file, seconds }) => `${seconds.toFixed(0).padStart(5)} s  ${file}`);
}

/** Each test that failed, and each file that could not be loaded, with the first line of the reason. */
export function failuresIn(reports: readonly TestReport[]): string[] {
  return reports
    .flatMap(({ testResults }) => testResults)
    .flatMap(({ name: path, status, message, assertionResults }) => {
      const file = inRepository(path);
      const failed = assertionResults.filter((one) => one.status === "failed");
      if (failed.length === 0)
        return status === "failed" ? [`${file}: ${firstLine(message)}`] : [];
      return failed.map(({ ancestorTitles, title, failureMessages }) => {
        const name = [...ancestorTitles, title].join(" > ");
        return `${file}: ${name}: ${firstLine(failureMessages?.[0])}`;
      });
    });
}

function firstLine(message = ""): string {
  return message.trim().split("\n", 1)[0] || "no reason was given";
}
