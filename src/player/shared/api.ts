/** What the origin tells of a package; see `src/serve/`. */
export interface PackageSummary {
  /** Below the served folder, without `.ism`, such as `films/clip`. */
  readonly path: string;
  readonly title: string;
  /** Addresses on the origin. */
  readonly manifest: string;
  readonly poster: string;
  /** In 10 MHz ticks. */
  readonly duration: number;
  readonly bytes: number;
  readonly video: readonly Level[];
  readonly audio: readonly NamedStream[];
  readonly text: readonly NamedStream[];
  /** Encrypted: it plays with a key alone. */
  readonly isProtected: boolean;
  /** A sentence, or null when it plays. */
  readonly problem: string | null;
}

export interface PackageDetail extends PackageSummary {
  readonly streams: readonly PackageStream[];
}

export interface PackageStream {
  readonly type: "video" | "audio" | "text";
  readonly name: string;
  readonly language: string;
  /** Of each fragment, in 10 MHz ticks. */
  readonly times: readonly number[];
  readonly durations: readonly number[];
  readonly levels: readonly StreamLevel[];
}

export interface StreamLevel {
  /** Bits per second. */
  readonly bitrate: number;
  readonly width?: number;
  readonly height?: number;
  /** Bytes of each fragment. */
  readonly sizes: readonly number[];
}

export interface Level {
  readonly bitrate: number;
  readonly width: number;
  readonly height: number;
}

export interface NamedStream {
  readonly name: string;
  readonly language: string;
}

export interface PackageList {
  readonly version: string;
  readonly packages: readonly PackageSummary[];
}

/** The origin's answer was no, or there was none. The message is a sentence for the page. */
export class OriginError extends Error {
  /** HTTP status, 0 without an answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function fetchPackages(): Promise<PackageList> {
  return (await fetchJson("/api/packages")) as PackageList;
}

/** @param path as in `PackageSummary`, not encoded */
export async function fetchPackage(path: string): Promise<PackageDetail> {
  return (await fetchJson(
    `/api/packages/${encodePath(path)}`,
  )) as PackageDetail;
}

/** The key of a protected package, for Clear Key. */
export interface Licence {
  readonly keys: readonly { readonly kid: string }[];
}

/** @throws OriginError when this page is given none, with the reason */
export async function fetchLicence(path: string): Promise<Licence> {
  const headers: HeadersInit =
    previewToken === null ? {} : { Authorization: `Bearer ${previewToken}` };
  const address = `/api/licences/${encodePath(path)}`;
  return (await fetchJson(address, headers)) as Licence;
}

/** The page that plays a package. */
export function playerAddress(path: string): string {
  return `/play/${encodePath(path)}${previewHash}`;
}

/** The path of the package that this page plays, from its address. */
export function packageOfPage(location: { readonly pathname: string }): string {
  return location.pathname
    .replace(/^\/play\//, "")
    .split("/")
    .map(decodeURIComponent)
    .join("/");
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

async function fetchJson(
  url: string,
  headers: HeadersInit = {},
): Promise<unknown> {
  const response = await fetch(url, { headers }).catch(() => {
    throw new OriginError(0, NO_ANSWER);
  });
  if (response.ok) return response.json();
  const type = response.headers.get("Content-Type");
  const sentence = plainSentence(type, await response.text());
  throw new OriginError(
    response.status,
    sentence || `The origin answered ${response.status}.`,
  );
}

/**
 * What the origin says of itself, which is one line of plain text; empty for anything
 * else, such as the page of a proxy before it.
 */
export function plainSentence(
  contentType: string | null | undefined,
  body: string,
): string {
  if (!/^text\/plain\b/i.test(contentType ?? "")) return "";
  return body.trim().split("\n")[0] ?? "";
}

export const NO_ANSWER =
  "The origin does not answer. Check that mss-pack serve is still running and that you are connected to it.";

/** What lets this page ask for keys, as it stands behind `#` in the address that the origin has said. */
const IN_ADDRESS = /^#preview=([\w-]+)$/;

const NAME = "preview";

/**
 * The token of `mss-pack serve --preview-keys`; null without. Read when the page begins,
 * for links within it change what stands behind `#`. This tab remembers it, and nobody
 * else: it stands in no request but that for a licence, so in no log.
 */
const previewToken = readToken();

/** What an address of this origin needs behind it, so that another tab knows the token too. */
const previewHash = previewToken === null ? "" : `#preview=${previewToken}`;

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
