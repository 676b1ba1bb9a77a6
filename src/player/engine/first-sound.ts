/**
 * The stream of sound that is heard first: that of the first of these languages
 * that the film has, else the manifest's first. dash.js would take the one with the
 * fewest bits.
 *
 * @param wanted as in `navigator.languages`
 */
export function firstSound<Stream extends { readonly language: string }>(
  streams: readonly Stream[],
  wanted: readonly string[],
): Stream | undefined {
  for (const language of wanted.map(twoLetters)) {
    const found = streams.find((one) => twoLetters(one.language) === language);
    if (found !== undefined) return found;
  }
  return streams[0];
}

/** `deu`, `ger` and `de-AT` are all `de`. RFC 5646 2.2.1 */
function twoLetters(tag: string): string {
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return tag;
  }
}
