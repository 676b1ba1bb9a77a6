/** What is wrong with one box, in our words; whoever reads the file adds its name. */
export class BoxFault extends Error {}

/**
 * What is wrong with a box that a reader of fields gave up on. Its own words are
 * those of a programming language, about offsets in memory, and help nobody.
 */
export function faultWords(cause: unknown, size: number): string {
  return cause instanceof BoxFault
    ? cause.message
    : `its ${size} bytes do not hold the fields that it should have`;
}
