/** What a test sees of a page: the same calls for every player. */
const video = document.querySelector("video");

/**
 * Puts a player on the stage.
 *
 * @param player `load(url, rung, bufferSeconds)` starts with that rung and stays
 * with it, `choose(rung)` goes over to another with the next fragment, `problems`
 * lists what the player complained of; it may bring a `play(rate)` and a
 * `hasEnded()` of its own. Players of films with languages have `hear(language)` and,
 * if they can show captions, `read(language)`
 */
export function present(player) {
  const hasEnded = player.hasEnded ?? (() => video.ended);
  window.stage = {
    ...{ play, seek, ...player },
    state: () => ({ ...state(), ended: hasEnded() }),
    cues,
    // Since the last call: with each picture, what was written over it.
    readings: () => readings.splice(0),
  };
}

function cues() {
  return [...video.textTracks]
    .filter(({ mode }) => mode === "showing")
    .flatMap((track) => [...(track.cues ?? [])])
    .map(({ startTime, endTime, text }) => [startTime, endTime, text]);
}

async function play(rate) {
  await video.play();
  video.playbackRate = rate;
}

function seek(seconds) {
  video.pause();
  video.currentTime = seconds;
}

function state() {
  const { totalVideoFrames } = video.getVideoPlaybackQuality();
  const { duration, currentTime, seeking, videoHeight } = video;
  const buffered = Array.from({ length: video.buffered.length }, (_, i) => [
    video.buffered.start(i),
    video.buffered.end(i),
  ]);
  return {
    ...{ duration, currentTime, seeking, videoHeight },
    ...{ totalVideoFrames, pictureTime, buffered },
    brightness: brightness(),
    captions: captions(),
  };
}

/** What the player writes over the picture. */
function captions() {
  return document.querySelector("#captions")?.innerText.trim() ?? "";
}

const canvas = document.createElement("canvas");
const pen = canvas.getContext("2d", { willReadFrequently: true });

/** Mean of the green channel of the picture on the screen. */
function brightness() {
  const size = 16;
  pen.drawImage(video, 0, 0, size, size);
  const { data } = pen.getImageData(0, 0, size, size);
  return (
    data.filter((_, i) => i % 4 === 1).reduce((a, b) => a + b, 0) / size ** 2
  );
}

let pictureTime;
const readings = [];

function watchPictures() {
  video.requestVideoFrameCallback((_, { mediaTime }) => {
    pictureTime = mediaTime;
    // When dash.js stops the video at its end, an older picture comes once more.
    if (!video.paused) readings.push([mediaTime, captions()]);
    watchPictures();
  });
}

watchPictures();
