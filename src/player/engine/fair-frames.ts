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
 * An extension for dash.js's `DroppedFramesHistory`. The rule about dropped frames judges a device
 * by it. dash.js's own history counts over the whole film, so later trouble weighs nothing. This one
 * leaves out frames that say nothing about the device: those of a fast playback, because a screen
 * has no time for each frame at four times the speed, and the picture would come down to its lowest
 * rung; those of a hidden page, which shows none; and those that were decoded but never shown on the
 * way to the begin of a seek or a new buffer.
 */
export function fairFrames(video: HTMLVideoElement): () => FairHistory {
  // After a reload of the film the device is the same.
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
