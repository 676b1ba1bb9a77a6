/** The path and the query of an address as it was asked. */
export function splitQuery(uri: string): readonly [string, string] {
  const mark = uri.indexOf("?");
  return mark < 0 ? [uri, ""] : [uri.slice(0, mark), uri.slice(mark + 1)];
}
