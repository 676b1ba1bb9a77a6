import type { FileLayout } from "./layout.js";
import type { Part } from "./write-part.js";

/** Long enough to be worth a thread's while, short enough for other work to wait. */
const PART_SIZE = 16 * 1024 * 1024;

/** Cuts the fragments of a file into parts of about equal size. */
export function partsOf(
  whole: Omit<Part, "from" | "to" | "position">,
  { spans, indexOffset }: FileLayout,
): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (let to = 1; to <= spans.length; to++) {
    const position = spans[from]?.moofOffset ?? 0;
    const end = spans[to]?.moofOffset ?? indexOffset;
    if (end - position < PART_SIZE && to < spans.length) continue;
    parts.push({ ...whole, from, to, position });
    from = to;
  }
  return parts;
}
