/** A package as the origin describes it; see `src/serve/`. */
export interface PackageSummary {
  /** Path below the served folder, without `.ism`, such as `films/clip`. */
  readonly path: string;
  readonly title: string;
  /** Addresses on the origin. */
  readonly manifest: string;
  readonly poster: string;
  /** In 10 MHz ticks. */
  readonly duration: number;
  readonly bytes: number;
  readonly video: readonly Level[];
  readonly audio: readonly SoundLevel[];
  readonly text: readonly NamedStream[];
  /** Addresses of WebVTT files; missing when it has none. */
  readonly chapters?: string;
  readonly thumbnails?: string;
  /** Encrypted: it plays only with a key. */
  readonly isProtected: boolean;
  /** The reason why it does not play, in a sentence; null when it plays. */
  readonly problem: string | null;
  /** What is unusual in it, in sentences. */
  readonly notes: readonly string[];
  /** Does the origin make pictures? Without ffmpeg it makes none. */
  readonly hasPictures: boolean;
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

export interface SoundLevel extends NamedStream {
  /** Four characters, such as `mp4a` or `ec-3`. */
  readonly codec: string;
}

export interface NamedStream {
  readonly name: string;
  readonly language: string;
}

/** Does it have no picture? */
export function isSound({ video, problem }: PackageSummary): boolean {
  return problem === null && video.length === 0;
}

/** Can the origin make pictures of it? */
export function hasPicture(one: PackageSummary): boolean {
  const { problem, isProtected, hasPictures } = one;
  return hasPictures && problem === null && !isSound(one) && !isProtected;
}

export interface PackageList {
  readonly version: string;
  readonly packages: readonly PackageSummary[];
}

/** The origin refused or did not answer. The message is a sentence for the page. */
export class OriginError extends Error {
  /** HTTP status, 0 without an answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Fetches the list. The origin sends a line for each package while it reads them.
 *
 * @param onSome called with each new part of the list, and the number of all packages
 * @throws OriginError also when the list breaks off
 */
export async function fetchPackages(
  onSome: (some: readonly PackageSummary[], of: number) => void,
): Promise<PackageList> {
  const { body } = await fetchGood("/api/packages.ndjson");
  const packages: PackageSummary[] = [];
  let [head, rest] = ["", ""];
  await readText(body, (text) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    if (head === "") head = lines.shift() ?? "";
    if (lines.length === 0) return;
    const { count, hasPictures } = JSON.parse(head) as ListHead;
    const some = lines.map((line) => ({
      ...(JSON.parse(line) as PackageSummary),
      hasPictures,
    }));
    packages.push(...some);
    onSome(some, count);
  });
  return { ...(JSON.parse(head) as ListHead), packages };
}

/** The first line. */
interface ListHead {
  readonly version: string;
  readonly count: number;
  readonly hasPictures: boolean;
}

async function readText(
  body: ReadableStream<Uint8Array> | null,
  take: (text: string) => void,
): Promise<void> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const part = await reader?.read().catch(() => {
      const sentence = "The origin broke off in the middle of the list.";
      throw new OriginError(0, sentence);
    });
    if (part === undefined || part.done) return;
    take(decoder.decode(part.value, { stream: true }));
  }
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

/** @throws OriginError with the reason when this page gets no key */
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

/** The page that plays a package as DASH or HLS. */
export function watchAddress(way: "dash" | "hls", path: string): string {
  return `/watch/${way}/${encodePath(path)}${previewHash}`;
}

/** Makes sure that the origin has a manifest. @throws OriginError with its sentence */
export async function checkManifest(address: string): Promise<void> {
  await fetchGood(address);
}

/** The path of the package that this page plays, from its address. */
export function packageOfPage(location: { readonly pathname: string }): string {
  const path = location.pathname.replace(
    /^\/(?:play|watch\/(?:dash|hls))\//,
    "",
  );
  try {
    return path.split("/").map(decodeURIComponent).join("/");
  } catch {
    throw new Error("The address of this page is not that of a package.");
  }
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

async function fetchJson(url: string, headers?: HeadersInit): Promise<unknown> {
  return (await fetchGood(url, headers)).json();
}

async function fetchGood(
  url: string,
  headers: HeadersInit = {},
): Promise<Response> {
  const response = await fetch(url, { headers }).catch(() => {
    throw new OriginError(0, NO_ANSWER);
  });
  if (response.ok) return response;
  const type = response.headers.get("Content-Type");
  const sentence = plainSentence(type, await response.text());
  throw new OriginError(
    response.status,
    sentence || `The origin answered ${response.status}.`,
  );
}

/**
 * The origin's own sentence, one line of plain text; empty for other answers, such as the page of a
 * proxy in front.
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

/** The token for keys, after `#` in the address that `serve` printed. */
const IN_ADDRESS = /^#preview=([\w-]+)$/;

const NAME = "preview";

/**
 * The token of `mss-pack serve --preview-keys`; null without. Read when the page begins, because
 * links within it change the part after `#`. Only this tab keeps it. Only the request for a licence
 * has it, so no log has it.
 */
const previewToken = readToken();

/** Append this to an address of this origin, so that another tab gets the token too. */
const previewHash = previewToken === null ? "" : `#preview=${previewToken}`;

function readToken(): string | null {
  const [, token] = IN_ADDRESS.exec(location.hash) ?? [];
  try {
    if (token !== undefined) sessionStorage.setItem(NAME, token);
    return sessionStorage.getItem(NAME);
  } catch {
    // A browser without storage has only the address.
    return token ?? null;
  }
}
