/** The parts of dash.js's own objects that this page uses and that its type declarations leave open. */

/** A request on its way through dash.js's loaders. */
export interface LoaderRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly responseType?: string;
  readonly customData: LoaderCallbacks & { readonly request: MediaRequest };
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
