import { PackError } from "../errors.js";

/**
 * A composition offset that a trun can hold; a typed array would cut it to 32
 * bits without a word. ISO/IEC 14496-12 8.8.8
 *
 * @throws PackError `mux` when it is too large
 */
export function requireOffset(offset: number, where: string): number {
  if (offset === (offset | 0)) return offset;
  throw new PackError(
    "mux",
    `${where}: a composition offset of ${offset} ticks. Expected at most 2^31.`,
    { hint: "The file's index is damaged." },
  );
}
