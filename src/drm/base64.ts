/**
 * Base64 by the letter; white space between is passed over, for XML and mail wrap lines.
 *
 * @returns undefined for what is none: Node would leave out what it does not know
 */
export function parseBase64(text: string): Buffer | undefined {
  const joined = text.replace(/\s+/g, "");
  if (joined === "" || !BASE64.test(joined)) return undefined;
  const bytes = Buffer.from(joined, "base64");
  return bytes.toString("base64") === joined ? bytes : undefined;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
