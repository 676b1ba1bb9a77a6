/**
 * Might this be a key, or a seed, that was given in the place of something else?
 * Then it must not be said again. Digits to its end, also behind a KID and a colon;
 * or base64, padded or such a mixture as no word is.
 */
export function looksLikeKey(text: string): boolean {
  const last = text.slice(text.lastIndexOf(":") + 1).trim();
  const isMixed = [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(last));
  return (
    /[0-9a-f]{24,}$/i.test(last) ||
    /^[\w+/-]+={1,2}$/.test(last) ||
    (isMixed && /^[A-Za-z\d+/]{20,}$/.test(last))
  );
}

/** A sentence without the values between quotes that look like keys. */
export function withoutKeys(sentence: string): string {
  return sentence.replace(/'([^']*)'/g, (quoted, value: string) =>
    looksLikeKey(value) ? "'...'" : quoted,
  );
}
