import type { Place } from "./address.js";

/** One line of an access log, of whatever format, as far as the audience needs it. */
export interface LogRequest {
  /** When, in whole seconds since 1970: nginx tells no more, and equal requests shall give equal reports. */
  readonly second: number;
  /** Address of the client, or its hash. */
  readonly client: string;
  readonly agent: string;
  /** CMCD's session id; undefined when the player told none. */
  readonly playback: string | undefined;
  readonly method: string;
  readonly place: Place;
  /** When the fragment begins, in 10 MHz ticks; undefined where there is none. */
  readonly time: number | undefined;
  /** 0 when the client went away before there was a status. */
  readonly status: number;
  /** Bytes of the body that were sent. */
  readonly bytes: number;
  /** The client went away before the end. */
  readonly aborted: boolean;
  /** Of the fragment, in 10 MHz ticks; undefined when the log does not tell. */
  readonly duration: number | undefined;
  /** Whether a cache had it; undefined when the log does not tell. */
  readonly cacheHit: boolean | undefined;
}
