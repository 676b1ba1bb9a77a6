import {
  MediaPlayer,
  type MediaPlayerClass,
  type QualityChangeRequestedEvent,
} from "dashjs";
import type { Signal } from "../shared/dom.js";
import type { DashError, SwitchReason } from "./dash-parts.js";
import {
  playFailureOf,
  mediaFailure,
  UNDECODABLE,
  type PlayFailure,
} from "./failure.js";
import {
  fragmentOf,
  toRung,
  type RequestedFragment,
  type FragmentRequest,
  type PlayedRung,
} from "./rung.js";

/** Events during playback. */
export interface PlayerEvents {
  /** Rungs and tracks are known. Once more after each retry. */
  readonly ready: Signal;
  /** A rule, the viewer or a cap chose another rung. */
  readonly switched: Signal<{ rung: PlayedRung; reason: SwitchReason }>;
  readonly fragmentLoaded: Signal<RequestedFragment>;
  readonly failed: Signal<PlayFailure>;
  readonly ended: Signal;
}

/** Missing fragments: `Supply` notices them sooner, and reports them when it matters. */
const OF_FRAGMENTS = [17, 27, 28];

/** Before dash.js's own listeners, which use the values that we change. */
const FIRST = { priority: 5000 };

interface FragmentLoadingCompleted {
  readonly request: FragmentRequest;
  readonly error: object | null;
}

/** Passes on events of dash.js and of the video in the page's terms. */
export function passOn(
  player: MediaPlayerClass,
  video: HTMLVideoElement,
  { ready, switched, fragmentLoaded, failed, ended }: PlayerEvents,
): void {
  const { events } = MediaPlayer;
  player.on(events.STREAM_INITIALIZED, () => ready.emit());
  player.on(events.PLAYBACK_ENDED, () => ended.emit());
  player.on(events.ERROR, ({ error }: { error: DashError }) => {
    if (!OF_FRAGMENTS.includes(error.code)) failed.emit(playFailureOf(error));
  });
  player.on(events.ADAPTATION_SET_REMOVED_NO_CAPABILITIES, (event) => {
    const { contentType } = event.adaptationSet as { contentType?: string };
    if (contentType === "video") failed.emit(UNDECODABLE);
  });
  player.on(
    events.FRAGMENT_LOADING_COMPLETED,
    ({ request, error }: FragmentLoadingCompleted) => {
      // A download that dash.js gave up is completed, too.
      if (error !== null) return;
      const fragment = fragmentOf(request);
      if (fragment !== undefined) fragmentLoaded.emit(fragment);
    },
  );
  player.on(
    events.QUALITY_CHANGE_REQUESTED,
    (event: QualityChangeRequestedEvent) => {
      if (event.mediaType === "video") switched.emit(switchOf(event));
    },
    undefined,
    FIRST,
  );
  video.addEventListener("error", () => failed.emit(mediaFailure(video.error)));
}

function switchOf(event: QualityChangeRequestedEvent) {
  const reason = (event.reason ?? {}) as SwitchReason;
  // A device that drops frames must not have to play the rest of that rung's buffer.
  if (reason.droppedFrames !== undefined) reason.forceReplace = true;
  return { rung: toRung(event.newRepresentation), reason };
}
