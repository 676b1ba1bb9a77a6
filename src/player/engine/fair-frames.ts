import {
  FrameHistory,
  framesSince,
  type FrameCounts,
} from "./frame-history.js";

interface FairHistory {
  push: (streamId: string, rung: string | undefined, all: FrameCounts) => void;
  getFrameHistory: () => Record<string, FrameCounts>;
}

const NONE: FrameCounts = { totalVideoFrames: 0, droppedVideoFrames: 0 };

/**
 * An extension for dash.js's `DroppedFramesHistory`, by which the rule about
 * dropped frames judges a device. dash.js's own counts over the whole film, in
 * which no later trouble weighs anything. And at four times the speed a screen has
 * not the time for each frame, and a hidden page shows none: such frames are left
 * out, or watching fast would bring the picture down to its lowest rung. So are
 * those that were decoded, and never shown, on the way to where a seek or a new
 * buffer begins.
 */
export function fairFrames(video: HTMLVideoElement): () => FairHistory {
  // The device is the same when the film is loaded anew.
  const history = new FrameHistory();
  let isInterrupted = false;
  video.addEventListener("seeking", () => (isInterrupted = true));
  video.addEventListener("waiting", () => {
    if (!hasFrames(video)) isInterrupted = true;
  });
  return () => {
    let before = NONE;
    return {
      push: (_, rung, all) => {
        const since = framesSince(before, all);
        before = all;
        const isSlow = video.playbackRate <= 1 && !document.hidden;
        const isFair = isSlow && !isInterrupted;
        if (hasFrames(video)) isInterrupted = false;
        if (rung !== undefined && isFair)
          history.add(performance.now(), rung, since);
      },
      getFrameHistory: () => history.counts(performance.now()),
    };
  };
}

function hasFrames({ seeking, readyState }: HTMLVideoElement): boolean {
  return !seeking && readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
}
