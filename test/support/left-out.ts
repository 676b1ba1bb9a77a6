import { glob } from "tinyglobby";
import type { Reporter } from "vitest/node";
import { ALL_LONG } from "../long.js";

/** What is asked of a run of Vitest. */
interface Run {
  readonly projects: readonly { readonly name: string }[];
}

/** Says after a run of the quick tests alone that there are others, and how to run them. */
export class LeftOut implements Reporter {
  #run: Run | undefined;

  onInit(run: Run): void {
    this.#run = run;
  }

  async onTestRunEnd(): Promise<void> {
    const names = this.#run?.projects.map(({ name }) => name) ?? [];
    if (names.some((name) => name.startsWith("long"))) return;
    const files = await glob(ALL_LONG, { ignore: "**/node_modules/**" });
    process.stdout.write(`${leftOutText(files)}\n`);
  }
}

/** How many files were left out, from the folder that has most of them on. */
export function leftOutText(files: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const file of files) {
    const [, folder = ""] = file.split("/");
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const folders = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([folder, count]) => `${folder} ${count}`);
  return `Left out: ${files.length} files of tests that take long or need more than npm brings (${folders.join(", ")}).
\`npm run test:all\` runs everything; what is not installed is skipped there, and named.`;
}
