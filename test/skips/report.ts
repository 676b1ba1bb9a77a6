import { relative } from "node:path";
import type { Skip } from "./allowed.js";

/** What vitest's JSON reporter tells, as far as it is read here. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

type Place = Pick<Skip, "file" | "name">;

/** All tests that were not run, by file and full name. */
export function skipsIn(report: TestReport, root: string): Place[] {
  return report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => NOT_RUN.includes(status))
      .map(({ ancestorTitles, title }) => ({
        file: relative(root, name),
        name: [...ancestorTitles, title].join(" > "),
      })),
  );
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
  { testResults }: TestReport,
  root: string,
  count: number,
): string[] {
  return testResults
    .map(({ name, startTime, endTime }) => ({
      file: relative(root, name),
      seconds: (endTime - startTime) / 1000,
    }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, count)
    .map(({ file, seconds }) => `${seconds.toFixed(0).padStart(5)} s  ${file}`);
}
