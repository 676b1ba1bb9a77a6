/**
 * What this page uses of dash.js's own objects, where its type declarations
 * leave them open.
 */

/** A request on its way through dash.js's loaders. */
export interface LoaderRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly responseType?: string;
  readonly customData: LoaderCallbacks;
}

/** dash.js takes callbacks away from a request that it aborts. */
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
  url: string;
  status: number;
  statusText: string;
  headers: Record<string, string>;
  data: ArrayBuffer | string;
}

export interface DashError {
  readonly code: number;
  readonly message: string;
  readonly data?: {
    readonly request?: { readonly url?: string };
    readonly response?: { readonly status?: number; readonly data?: unknown };
  };
}

/** Why a rule, or this page, wants another rung. dash.js reads `forceReplace` back. */
export interface SwitchReason {
  readonly message?: string;
  readonly droppedFrames?: number;
  forceReplace?: boolean;
}
