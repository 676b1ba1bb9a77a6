/**
 * Might this text be a key, or a seed, in the wrong place? Then no message may repeat it. A key
 * is digits to the end, also after a KID and a colon; or base64 that is padded or mixed as no
 * word is.
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

/** The sentence, without quoted values that look like keys. */
export function withoutKeys(sentence: string): string {
  return sentence.replace(/'([^']*)'/g, (quoted, value: string) =>
    looksLikeKey(value) ? "'...'" : quoted,
  );
}
