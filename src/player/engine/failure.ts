import { NO_ANSWER, plainSentence } from "../shared/api.js";
import type { DashError, LoaderResponse } from "./dash-parts.js";

/** The reason why a film does not play, in sentences. */
export interface PlayFailure {
  readonly message: string;
  /** May a retry help, without a change on this machine? */
  readonly canRetry: boolean;
}

const NO_DECODER =
  "This player, in this browser, has no decoder for the package: it takes H.264 video and AAC sound. Chrome, Edge, Safari and Firefox play them; some builds of Chromium do not. The links below open the package in other players.";

export const NO_MEDIA_SOURCE: PlayFailure = {
  message:
    "This browser has no Media Source Extensions, which players of Smooth Streaming need.",
  canRetry: false,
};

export const UNDECODABLE: PlayFailure = {
  message: NO_DECODER,
  canRetry: false,
};

/** dash.js's `Errors` and `MssErrors`, in a viewer's words. */
export function playFailureOf(error: DashError): PlayFailure {
  switch (error.code) {
    case 11: // manifest not loaded
    case 25: // manifest not downloaded
      return downloadFailure(error.data?.response, "The package is gone");
    case 10: // manifest not parsed
    case 31:
      return {
        message: `The client manifest cannot be read (${error.message}). "mss-pack verify" says what is wrong with the package.`,
        canRetry: true,
      };
    case 32: // no stream that plays
    case 35: // no SourceBuffer of this type
    case 201: // MSS_UNSUPPORTED_CODEC_CODE
      return UNDECODABLE;
    default:
      return { message: `It does not play: ${error.message}`, canRetry: true };
  }
}

export function fragmentFailure(response: LoaderResponse): PlayFailure {
  return downloadFailure(response, "A fragment of the package is gone");
}

function downloadFailure(
  response: Partial<LoaderResponse> | undefined,
  gone: string,
): PlayFailure {
  const { status = 0, headers, data: body } = response ?? {};
  if (status === 0) return { message: NO_ANSWER, canRetry: true };
  if (status === 404)
    return {
      message: `${gone}: it was moved, deleted or packaged anew while this page was open. Load the page again.`,
      canRetry: true,
    };
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const sentence = plainSentence(headers?.["content-type"], text);
  const saying = sentence === "" ? "" : ` It says: ${sentence}`;
  return {
    message: `The origin answered ${status}.${saying} Its terminal or access log tells more.`,
    canRetry: true,
  };
}

/** The video element's own error. HTML 4.8.11.1 */
export function mediaFailure(error: MediaError | null): PlayFailure {
  const detail = error?.message ? ` (${error.message})` : "";
  if (error?.code === MediaError.MEDIA_ERR_DECODE)
    return {
      message: `The browser failed to decode the picture or the sound${detail}. "mss-pack verify" tells whether the package is damaged.`,
      canRetry: true,
    };
  if (error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED)
    return UNDECODABLE;
  return { message: `The browser stopped${detail}.`, canRetry: true };
}
