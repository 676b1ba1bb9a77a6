import { glob } from "tinyglobby";
import type { Reporter } from "vitest/node";
import { LONG } from "../long.js";

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
    if (names.includes("long")) return;
    process.stdout.write(
      `${leftOutText(await glob(LONG, { ignore: "**/node_modules/**" }))}\n`,
    );
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
