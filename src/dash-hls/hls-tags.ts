/** Attributes of a tag: text is quoted; in a list it is written as it is. RFC 8216 4.2 */
export type TagAttributes = Readonly<
  Record<string, string | readonly [string | number]>
>;

/** A tag with attributes, as a line. */
export function tagLine(tag: string, attributes: TagAttributes): string {
  const list = Object.entries(attributes).map(([name, value]) =>
    typeof value === "string"
      ? `${name}="${quotable(value)}"`
      : `${name}=${value[0]}`,
  );
  return `#${tag}:${list.join(",")}`;
}

/** A quoted text has no way to hold these. */
function quotable(text: string): string {
  return text.replace(/["\r\n]/g, "'");
}
