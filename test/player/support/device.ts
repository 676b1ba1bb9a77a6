/**
 * What a test says of the device, as JavaScript that runs in the page before its own. A busy
 * machine drops frames and waits for its decoder at any time: no test of the rules may depend on that.
 */

/** It shows each frame. */
export const STEADY = `{
  const real = HTMLVideoElement.prototype.getVideoPlaybackQuality;
  HTMLVideoElement.prototype.getVideoPlaybackQuality = function () {
    const { totalVideoFrames, creationTime } = real.call(this);
    return { totalVideoFrames, droppedVideoFrames: 0, creationTime };
  };
}`;

/** Of the frames of that height it drops every third. */
export function dropping(height: number): string {
  return `{
    const real = HTMLVideoElement.prototype.getVideoPlaybackQuality;
    let [seen, dropped] = [0, 0];
    HTMLVideoElement.prototype.getVideoPlaybackQuality = function () {
      const { totalVideoFrames, creationTime } = real.call(this);
      if (this.videoHeight === ${height}) dropped += (totalVideoFrames - seen) / 3;
      seen = totalVideoFrames;
      return { totalVideoFrames, droppedVideoFrames: Math.round(dropped), creationTime };
    };
  }`;
}

/** Each time it is asked, it has dropped some more. */
export const LOSING = `{
  let lost = 0;
  HTMLVideoElement.prototype.getVideoPlaybackQuality = () => ({
    totalVideoFrames: 1000, droppedVideoFrames: lost++, creationTime: 0,
  });
}`;

/** A battery to be drained: neither a container nor the browser's tools have one. */
export const BATTERY = `{
  const battery = Object.assign(new EventTarget(), { level: 1, charging: true });
  navigator.getBattery = async () => battery;
  window.setBattery = (level, charging) => {
    Object.assign(battery, { level, charging });
    battery.dispatchEvent(new Event("levelchange"));
  };
}`;

/**
 * `window.hungry`: how often the picture waited with nothing buffered behind it. A decoder that
 * the machine gives no time to waits as well, with fragments enough.
 */
export const COUNTING_HUNGER = `{
  window.hungry = 0;
  const isBuffered = ({ buffered, currentTime }) =>
    Array.from({ length: buffered.length }, (_, i) => buffered.start(i) <= currentTime && currentTime + 0.5 < buffered.end(i)).includes(true);
  addEventListener("waiting", ({ target }) => {
    if (!target.seeking && target.currentTime > 0 && !isBuffered(target)) window.hungry += 1;
  }, true);
}`;
