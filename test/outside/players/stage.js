/** What the test sees of a page: one set of calls for every player. */
const video = document.querySelector("video");

/**
 * Puts a player on the stage.
 *
 * @param player `load(url, rung, bufferSeconds)` starts with that rung only,
 * `choose(rung)` changes the rung from the next fragment on, `problems` lists
 * what the player complained of; it may bring a `play(rate)` of its own
 */
export function present(player) {
  window.stage = { play, seek, state, ...player };
}

let firstFrameTime;
video.requestVideoFrameCallback((_, frame) => {
  firstFrameTime = frame.mediaTime;
});

async function play(rate) {
  await video.play();
  video.playbackRate = rate;
}

function seek(seconds) {
  video.currentTime = seconds;
}

function state() {
  const { totalVideoFrames } = video.getVideoPlaybackQuality();
  const { duration, currentTime, ended, seeking, videoHeight } = video;
  const buffered = Array.from({ length: video.buffered.length }, (_, i) => [
    video.buffered.start(i),
    video.buffered.end(i),
  ]);
  return {
    ...{ duration, currentTime, ended, seeking, videoHeight },
    ...{ totalVideoFrames, firstFrameTime, buffered },
  };
}
