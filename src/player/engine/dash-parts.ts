import {
  MediaPlayer,
  type MediaPlayerClass,
  type MediaPlayerFactory,
} from "dashjs";

/** The parts of dash.js's own objects that this page uses and that its type declarations leave open. */

/** A request on its way through dash.js's loaders. */
export interface LoaderRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly responseType?: string;
  readonly customData: LoaderCallbacks & { readonly request: MediaRequest };
}

/** The real content of a request's `customData`; dash.js's declarations differ. */
export interface FromDash {
  readonly request: MediaRequest;
}

/** The purpose of a loader's request. */
export interface MediaRequest {
  readonly type: string;
  readonly mediaType: string;
  /** Retries so far. */
  readonly retryAttempts: number;
}

/** dash.js removes the callbacks from a request that it aborts. */
export interface LoaderCallbacks {
  onprogress?: (event: LoaderProgress) => void;
  onloadend?: () => void;
  onabort?: () => void;
  abort?: () => void;
}

export interface LoaderProgress {
  readonly lengthComputable: boolean;
  readonly loaded: number;
  readonly total: number;
}

export interface LoaderResponse {
  readonly request: LoaderRequest;
  url: string;
  status: number;
  statusText: string;
  headers: Record<string, string>;
  data?: ArrayBuffer | string;
}

export interface DashError {
  readonly code: number;
  readonly message: string;
  readonly data?: {
    readonly response?: Partial<LoaderResponse>;
  };
}

/** The reason of a rule, or of this page, for another rung. dash.js reads `forceReplace` back. */
export interface SwitchReason {
  readonly message?: string;
  readonly droppedFrames?: number;
  forceReplace?: boolean;
}

/**
 * A player with parts of dash.js replaced. Some parts are made together with the player, and for
 * them dash.js's own `extend` comes too late. It only writes into the player's context; this does
 * the same before.
 *
 * @param extensions functions by the name of the part; their methods replace dash.js's own, which
 * are in `this.parent`
 */
export function createPlayer(
  extensions: Readonly<Record<string, unknown>>,
): MediaPlayerClass {
  const context = Object.fromEntries(
    Object.entries(extensions).map(([name, instance]) => [
      name,
      { instance, override: true },
    ]),
  );
  const make = MediaPlayer as (context: object) => MediaPlayerFactory;
  return make(context).create();
}
