/** The text of each document, taken before the next one is made. */
export function textsOf(documents: Iterable<Uint8Array>): string[] {
  return Array.from(documents, (bytes) => Buffer.from(bytes).toString());
}

export function bytesOf(texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => Buffer.from(text));
}
