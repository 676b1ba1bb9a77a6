import type { LoaderRequest } from "./dash-parts.js";

type Request = {
  -readonly [Key in keyof LoaderRequest]: LoaderRequest[Key];
} & {
  cmcd?: object | undefined;
};

type RequestInterceptor = (request: Request) => Request;

interface Extended {
  readonly parent: { getCmcdRequestInterceptors: () => RequestInterceptor[] };
}

/**
 * An extension for dash.js's `CmcdController`. It mends two things in dash.js 5.2.1:
 *
 * dash.js sends a copy of each request, but abort() acts on the original. An aborted download
 * arrived nevertheless, after the initialization segment of another rung, and Chromium could not
 * decode it. This code decorates the request itself.
 *
 * dash.js tells a stall (`bs`) after each seek. This code tells the stalls that the page counts, once
 * with the next fragment of picture and of sound.
 */
export function cmcdInPlace(stalls: { readonly count: number }) {
  const told = new Map<string, number>();
  const isNews = ({
    type,
    mediaType,
  }: LoaderRequest["customData"]["request"]) => {
    if (type !== "MediaSegment") return false;
    const { count } = stalls;
    const before = told.get(mediaType) ?? 0;
    told.set(mediaType, count);
    return count > before;
  };
  return function (this: Extended) {
    const interceptors = this.parent.getCmcdRequestInterceptors;
    return {
      getCmcdRequestInterceptors: (): RequestInterceptor[] =>
        interceptors().map((decorate) => (request) => {
          const { url, headers = {}, cmcd, customData } = decorate(request);
          Object.assign(request.customData, customData);
          const honest = withStall(headers, isNews(customData.request));
          return Object.assign(request, { url, cmcd, headers: honest });
        }),
    };
  };
}

const STATUS = "CMCD-Status";

/** The headers with `bs` if there was a stall, and without it if there was none. CTA-5004 3.2 */
export function withStall(
  headers: Readonly<Record<string, string>>,
  isStalled: boolean,
): Record<string, string> {
  const { [STATUS]: status = "", ...others } = headers;
  const keys = status.split(",").filter((key) => !["", "bs"].includes(key));
  if (isStalled) keys.unshift("bs");
  return keys.length === 0 ? others : { ...others, [STATUS]: keys.join(",") };
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
