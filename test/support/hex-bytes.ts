import { expect } from "vitest";

/**
 * Bytes as a specification draws them: hex digits, and text in single quotes.
 * Blanks, line ends and `// comments` are for the reader.
 */
export function hex(
  text: TemplateStringsArray,
  ...values: string[]
): Uint8Array {
  const whole = String.raw(text, ...values).replaceAll(/\/\/.*$/gm, "");
  const digits = whole
    .replaceAll(/'([^']*)'/g, (_, quoted: string) => hexOfText(quoted))
    .replaceAll(/\s/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits))
    throw new Error(`not whole bytes of hex: ${digits}`);
  return new Uint8Array(Buffer.from(digits, "hex"));
}

/** Compares byte for byte; a difference is shown in lines of 16 bytes. */
export function expectBytes(found: Uint8Array, expected: Uint8Array): void {
  expect(lines(found)).toEqual(lines(expected));
}

function hexOfText(text: string): string {
  return Buffer.from(text, "latin1").toString("hex");
}

function lines(bytes: Uint8Array): string[] {
  return (
    Buffer.from(bytes)
      .toString("hex")
      .match(/.{1,32}/g) ?? []
  );
}
