import {
  type Exchange,
  CORS,
  sendBytes,
  type HeaderLines,
} from "./exchange.js";

/** An answer without content: its status, and one sentence with the reason. */
export interface ErrorAnswer {
  readonly status: number;
  readonly sentence: string;
  readonly headers?: HeaderLines;
}

/** The rest of the request is not awaited. */
const CLOSE = ["Connection", "close"];

/** What the origin says when it has no content to send. To change a sentence, change its row. */
export const ERRORS = {
  noFileAddress: {
    status: 400,
    sentence: "This address cannot be one of a file.",
  },
  noThumbnailTime: {
    status: 400,
    sentence:
      "Expected a place in the film in ticks of 100 ns, such as ?t=20000000.",
  },
  notWhole: {
    status: 403,
    sentence:
      "Files are not served whole here; players ask for NAME.ism/Manifest.",
  },
  noPreviewToken: {
    status: 403,
    sentence:
      "This package is protected (DRM). Open the address with #preview= that mss-pack serve has said in its terminal: only that page is given keys.",
  },
  nothingHere: { status: 404, sentence: "There is nothing at this address." },
  noPackage: { status: 404, sentence: "There is no such package." },
  noPackageToPlay: {
    status: 404,
    sentence:
      "There is no such package. It may have been moved, renamed or deleted.",
  },
  noPackageToOpen: {
    status: 404,
    sentence: "There is no such package, or it is damaged.",
  },
  noNameInPackage: {
    status: 404,
    sentence: "The package has nothing of this name.",
  },
  noStream: {
    status: 404,
    sentence: "The package has no stream of this name.",
  },
  noLevel: (bitrate: number) => ({
    status: 404,
    sentence: `The stream has no level of ${bitrate} bits per second with these attributes.`,
  }),
  noFragment: (time: bigint) => ({
    status: 404,
    sentence: `No fragment begins at ${time}.`,
  }),
  noKeyFrames: {
    status: 404,
    sentence: "Key frames of this fragment cannot be told from others.",
  },
  noAdaptiveCodec: {
    status: 404,
    sentence:
      "Neither DASH nor HLS knows the codecs of this package. Players of Smooth Streaming ask for its Manifest.",
  },
  noCommonEncryption: {
    status: 404,
    sentence:
      "This package is protected, and not with the boxes of ISO/IEC 23001-7 (cenc), which DASH and HLS need. Players of Smooth Streaming ask for its Manifest.",
  },
  noFile: { status: 404, sentence: "There is no such file." },
  noFileOfPackage: {
    status: 404,
    sentence: "No package has a file of this name.",
  },
  notBuilt: {
    status: 404,
    sentence:
      "The player page is not built: npm run build makes it. /api/packages lists what there is.",
  },
  protectedPicture: {
    status: 404,
    sentence: "No picture is made of a protected package.",
  },
  noPictures: { status: 404, sentence: "The package has no pictures." },
  noFfmpeg: {
    status: 404,
    sentence: "No picture could be made; it takes an ffmpeg.",
  },
  noPreviewKeys: {
    status: 404,
    sentence:
      "This package is protected (DRM). mss-pack serve --preview-keys FILE plays it here with the key at hand.",
  },
  wrongMethod: (method: string | undefined, allowed: string) => ({
    status: 405,
    sentence: `${method} is not possible here, ${allowed} are.`,
    headers: ["Allow", allowed, ...CLOSE],
  }),
  otherVersion: { status: 412, sentence: "This is another version." },
  longAddress: (most: number) => ({
    status: 414,
    sentence: `The address is longer than ${most} characters.`,
    headers: CLOSE,
  }),
  wrongRange: (size: number) => ({
    status: 416,
    sentence: `There are ${size} bytes.`,
    headers: ["Content-Range", `bytes */${size}`],
  }),
  unreadable: { status: 500, sentence: "This cannot be read right now." },
  wrongPackage: (problem: string) => ({
    status: 500,
    sentence: `This package cannot be served: ${problem}`,
  }),
  manyPictures: {
    status: 503,
    sentence: "Too many pictures are being made.",
    headers: ["Retry-After", "2"],
  },
} as const satisfies Record<
  string,
  ErrorAnswer | ((...of: never[]) => ErrorAnswer)
>;

/** Sends the sentence: as a page to a browser, as a line to players and scripts. */
export async function sendError(
  exchange: Exchange,
  { status, sentence, headers: more = [] }: ErrorAnswer,
): Promise<void> {
  const isPage = wantsPage(exchange);
  const headers = [
    ...["Content-Type", `text/${isPage ? "html" : "plain"}; charset=utf-8`],
    ...["Vary", "Accept"],
    // A cache in front must ask again: the package may be there in a second.
    ...["Cache-Control", "no-cache"],
    ...CORS,
    ...more,
  ];
  const text = isPage ? pageWith(sentence, status) : `${sentence}\n`;
  await sendBytes(exchange, status, headers, Buffer.from(text));
}

/** A browser that opens an address asks for HTML; players, scripts and curl do not. */
function wantsPage({ request }: Exchange): boolean {
  return request.headers.accept?.includes("text/html") ?? false;
}

/** The sentence as a page with a way out. It uses the list's style, and can be read without it. */
function pageWith(sentence: string, status: number): string {
  const title = status === 404 ? "Nothing here" : "This did not work";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - mss-pack</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/list.css">
</head>
<body>
<header class="bar"><a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="24" height="24">mss-pack</a></header>
<main>
<h1>${title}</h1>
<div class="message"><p>${escaped(sentence)}</p><a class="button" href="/">All packages</a></div>
</main>
<footer class="foot"><span>Status ${status}</span></footer>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
