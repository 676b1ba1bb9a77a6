import {
  MediaPlayer,
  type MediaPlayerClass,
  type QualityChangeRequestedEvent,
} from "dashjs";
import type { Signal } from "../shared/dom.js";
import type { DashError, SwitchReason } from "./dash-types.js";
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

/** What happens while it plays. */
export interface Happenings {
  /** Rungs and tracks are known. Once more after each retry. */
  readonly ready: Signal;
  /** A rule, the viewer or a cap chose another rung. */
  readonly switched: Signal<{ rung: PlayedRung; reason: SwitchReason }>;
  readonly fragmentLoaded: Signal<RequestedFragment>;
  readonly failed: Signal<PlayFailure>;
  readonly ended: Signal;
}

/** Fragments that do not come: `Supply` knows sooner, and says it when it matters. */
const OF_FRAGMENTS = [17, 27, 28];

/** Before dash.js's own listeners, which act on what we change. */
const FIRST = { priority: 5000 };

interface FragmentLoadingCompleted {
  readonly request: FragmentRequest;
  readonly error: object | null;
}

/** Tells in the page's words what dash.js and the video tell. */
export function passOn(
  player: MediaPlayerClass,
  video: HTMLVideoElement,
  { ready, switched, fragmentLoaded, failed, ended }: Happenings,
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
      // What dash.js gave up is completed, too.
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
  // A device that drops frames should not have to play the rest of the buffer of that rung.
  if (reason.droppedFrames !== undefined) reason.forceReplace = true;
  return { rung: toRung(event.newRepresentation), reason };
}
