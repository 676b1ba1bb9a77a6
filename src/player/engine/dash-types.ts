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
  readonly customData: LoaderCallbacks & { readonly request: MediaRequest };
}

/** What a request of the loaders is for. */
export interface MediaRequest {
  readonly type: string;
  readonly mediaType: string;
  /** So far, after the first one. */
  readonly retryAttempts: number;
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

/** Why a rule, or this page, wants another rung. dash.js reads `forceReplace` back. */
export interface SwitchReason {
  readonly message?: string;
  readonly droppedFrames?: number;
  forceReplace?: boolean;
}
