interface FrameCounts {
  readonly totalVideoFrames: number;
  readonly droppedVideoFrames: number;
}

type Push = (
  streamId: string,
  representationId: string,
  counts: FrameCounts,
) => void;

/**
 * An extension for dash.js's `DroppedFramesHistory`, by which the rule about
 * dropped frames judges a device. At four times the speed a screen has not the
 * time for each frame, and a hidden page shows none: such frames are left out,
 * or watching fast would bring the picture down to its lowest rung.
 */
export function fairFrames(video: HTMLVideoElement) {
  return function (this: { readonly parent: { push: Push } }): { push: Push } {
    // dash.js puts our function in the place of this one afterwards.
    const pushAll = this.parent.push;
    let [total, dropped, unfairTotal, unfairDropped] = [0, 0, 0, 0];
    return {
      push: (streamId, representationId, counts) => {
        if (video.playbackRate > 1 || document.hidden) {
          unfairTotal += counts.totalVideoFrames - total;
          unfairDropped += counts.droppedVideoFrames - dropped;
        }
        total = counts.totalVideoFrames;
        dropped = counts.droppedVideoFrames;
        pushAll(streamId, representationId, {
          totalVideoFrames: total - unfairTotal,
          droppedVideoFrames: dropped - unfairDropped,
        });
      },
    };
  };
}
