/** What lets this page ask for keys, as it stands behind `#` in the address that the origin has said. */
const IN_ADDRESS = /^#preview=([\w-]+)$/;

const NAME = "preview";

/**
 * The token of `mss-pack serve --preview-keys`; null without. Read when the page begins,
 * for links within it change what stands behind `#`. This tab remembers it, and nobody
 * else: it stands in no request but that for a licence, so in no log.
 */
export const previewToken = readToken();

/** What an address of this origin needs behind it, so that another tab knows the token too. */
export const previewHash =
  previewToken === null ? "" : `#preview=${previewToken}`;

function readToken(): string | null {
  const [, token] = IN_ADDRESS.exec(location.hash) ?? [];
  try {
    if (token !== undefined) sessionStorage.setItem(NAME, token);
    return sessionStorage.getItem(NAME);
  } catch {
    // A browser that may store nothing has the address alone.
    return token ?? null;
  }
}
