import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A running cache in front of an origin. */
export interface Cache {
  readonly url: string;
  /** Ends it when it is done with all requests, and reads its access log if it writes one. */
  stop(): Promise<Record<string, unknown>[]>;
}

/** Configurations that docs/hosting.md shows. */
export const CONFIGURATIONS = join(
  import.meta.dirname,
  ...["..", "..", "..", "docs", "hosting"],
);

/**
 * A documented configuration, with other addresses and folders.
 *
 * @throws an Error when it does not hold exactly one of each text that is changed
 */
export async function documented(
  name: string,
  changes: readonly (readonly [from: string, to: string])[],
): Promise<string> {
  let text = await readFile(join(CONFIGURATIONS, name), "utf8");
  for (const [from, to] of changes) {
    if (text.split(from).length !== 2)
      throw new Error(`docs/hosting/${name}: expected "${from}" once`);
    text = text.replace(from, to);
  }
  return text;
}
