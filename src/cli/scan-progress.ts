import type { ScanTotal } from "../scan/total.js";
import { size, whole } from "../util/format.js";
import { shortened } from "./columns.js";
import { say } from "./process.js";

/** How far a scan is. Nobody knows how much is left: the tree is walked once. */
export interface ScanProgress {
  show(total: ScanTotal, path: string): void;
  /** Makes room for a line. */
  clear(): void;
}

export const NO_PROGRESS: ScanProgress = {
  show: () => undefined,
  clear: () => undefined,
};

/** A changing line on a terminal; elsewhere, where a table or JSON is written too, a line now and then. */
export function scanProgress(): ScanProgress {
  return process.stderr.isTTY ? changingLine() : plainLines();
}

/** Eyes follow no more. */
const LINE_EVERY_MS = 100;

function changingLine(): ScanProgress {
  let last = -Infinity;
  let isShown = false;
  return {
    show(total, path) {
      const now = performance.now();
      if (now - last < LINE_EVERY_MS) return;
      last = now;
      const width = (process.stderr.columns || 80) - 1;
      process.stderr.write(shortened(`${countText(total)}  ${path}`, width));
      isShown = true;
    },
    clear() {
      if (isShown) process.stderr.write("\r\u001b[K");
      isShown = false;
    },
  };
}

/** Short enough to show life in a CI log, long enough not to fill it. */
const PLAIN_EVERY_MS = 5000;

function plainLines(): ScanProgress {
  let last = performance.now();
  return {
    show(total) {
      const now = performance.now();
      if (now - last < PLAIN_EVERY_MS) return;
      last = now;
      say(countText(total));
    },
    clear: () => undefined,
  };
}

function countText({ packages, bytes, faulty }: ScanTotal): string {
  return `${whole(packages)} packages, ${size(bytes)}, ${whole(faulty)} with faults`;
}
