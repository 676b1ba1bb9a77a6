/** What iPhones have in the place of `requestFullscreen`: for the video alone, with controls of their own. */
interface PhoneVideo extends HTMLVideoElement {
  readonly webkitEnterFullscreen?: () => void;
}

export function canFillScreen(video: PhoneVideo): boolean {
  return document.fullscreenEnabled || "webkitEnterFullscreen" in video;
}

/**
 * Fills the screen with the stage, so with our controls, or leaves it.
 *
 * @throws when the browser does not allow it
 */
export async function toggleFullScreen(
  video: PhoneVideo,
  stage: HTMLElement,
): Promise<void> {
  if (!document.fullscreenEnabled) video.webkitEnterFullscreen?.();
  else if (document.fullscreenElement === null) await stage.requestFullscreen();
  else await document.exitFullscreen();
}
