interface Request {
  url: string;
  headers: object;
  cmcd?: object;
  customData: object;
}

type RequestInterceptor = (request: Request) => Request;

interface Extended {
  readonly parent: { getCmcdRequestInterceptors: () => RequestInterceptor[] };
}

/**
 * An extension for dash.js's `CmcdController`. dash.js 5.2.1 sends a copy of each request, but
 * abort() acts on the original. An aborted download arrived nevertheless, after the initialization
 * segment of another rung, and Chromium could not decode it. This code decorates the request
 * itself.
 */
export function cmcdInPlace(this: Extended) {
  const interceptors = this.parent.getCmcdRequestInterceptors;
  return {
    getCmcdRequestInterceptors: (): RequestInterceptor[] =>
      interceptors().map((decorate) => (request) => {
        const { url, headers, cmcd, customData } = decorate(request);
        Object.assign(request.customData, customData);
        return Object.assign(request, { url, headers, cmcd });
      }),
  };
}

/**
 * A new id for one playback, in the form of CMCD's session id (CTA-5004: a UUID).
 * `crypto.randomUUID` exists only in secure contexts; a page of http://192.168.1.5 is not one.
 */
export function newPlaybackId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, i) =>
    (i === 6 ? 0x40 | (byte & 0x0f) : i === 8 ? 0x80 | (byte & 0x3f) : byte)
      .toString(16)
      .padStart(2, "0"),
  ).join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/** CTA-5004: a content id has at most 64 characters. */
const LONGEST_ID = 64;

/**
 * The CMCD content id of a package. If a header has a character above U+00FF, the browser refuses
 * the whole request: so the path is percent-encoded. A long path is cut, and its hash keeps it
 * unique.
 */
export function contentId(path: string): string {
  const id = path.split("/").map(encodeURIComponent).join("/");
  if (id.length <= LONGEST_ID) return id;
  const hash = fnv1a(id).toString(16).padStart(8, "0");
  return `${id.slice(0, LONGEST_ID - hash.length - 1)}-${hash}`;
}

/** The 32-bit hash of Fowler, Noll and Vo. `crypto.subtle` exists only in secure contexts. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text)
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}
