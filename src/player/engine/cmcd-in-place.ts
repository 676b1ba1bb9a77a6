interface Request {
  url: string;
  headers: object;
  cmcd?: object;
  customData: object;
}

type Decorate = (request: Request) => Request;

interface Extended {
  readonly parent: { getCmcdRequestInterceptors: () => Decorate[] };
}

/**
 * An extension for dash.js's `CmcdController`. In 5.2.1 it sends a copy of each
 * request, while abort() only knows the one that was copied: what was aborted
 * arrived nevertheless, after the initialization segment of another rung, and
 * Chromium could not decode it. Here the request itself is decorated.
 */
export function cmcdInPlace(this: Extended) {
  const interceptors = this.parent.getCmcdRequestInterceptors;
  return {
    getCmcdRequestInterceptors: (): Decorate[] =>
      interceptors().map((decorate) => (request) => {
        const { url, headers, cmcd, customData } = decorate(request);
        Object.assign(request.customData, customData);
        return Object.assign(request, { url, headers, cmcd });
      }),
  };
}
