import { resolve } from "node:path";
import type { BatchInput, BatchItem } from "./batch-item.js";
import { PackError } from "./errors.js";
import { nameKey } from "./name-key.js";
import { isUrl } from "./tools/reading.js";

/** A pattern and a name may both mean the same file. */
export function distinct(
  inputs: readonly (string | BatchInput)[],
): (string | BatchInput)[] {
  const byPath = new Map<string, string | BatchInput>();
  for (const input of inputs) {
    const path = typeof input === "string" ? input : input.path;
    const key = isUrl(path) ? path : resolve(path);
    if (!byPath.has(key)) byPath.set(key, input);
  }
  return [...byPath.values()];
}

/**
 * Told before the work begins: the second would be refused, or replace the first, hours later.
 *
 * @throws PackError `usage`
 */
export function refuseSameNames(items: readonly BatchItem[]): void {
  const byName = new Map<string, BatchItem>();
  for (const item of items) {
    const key = nameKey(item.name);
    const other = byName.get(key);
    if (other !== undefined) throw sameNameError(other, item);
    byName.set(key, item);
  }
}

/** The `usage` error for two inputs whose packages would be one. */
export function sameNameError(one: BatchItem, other: BatchItem): PackError {
  return new PackError(
    "usage",
    `${one.input} and ${other.input} would both become the package "${one.name}".`,
    {
      hint: "Rename one of them, or package it in a run of its own with --name or another -o.",
      facts: { name: one.name, inputs: [one.input, other.input] },
    },
  );
}
