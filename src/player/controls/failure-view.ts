import type { PlayFailure } from "../engine/failure.js";
import { byId, onUncaught } from "../shared/dom.js";

/**
 * Says in the player's place why it does not play.
 *
 * @param tryAgain what the button does
 */
export function showFailure(failure: PlayFailure, tryAgain: () => void): void {
  const box = byId("failure", HTMLElement);
  const again = byId("again", HTMLButtonElement);
  // The first one is the cause, what comes later its consequence.
  if (!box.hidden) return;
  const stage = byId("player", HTMLElement);
  const hadFocus = stage.contains(document.activeElement);
  byId("failure-text", HTMLElement).textContent = failure.message;
  again.hidden = !failure.canRetry;
  box.hidden = false;
  stage.classList.add("failed");
  // The controls are gone, and the focus must not fall from them.
  if (hadFocus) (again.hidden ? stage : again).focus();
  again.onclick = () => {
    hideFailure();
    byId("play", HTMLButtonElement).focus();
    tryAgain();
  };
}

/** What plays has not failed: dash.js gets over some errors by itself. */
export function hideFailure(): void {
  byId("failure", HTMLElement).hidden = true;
  byId("player", HTMLElement).classList.remove("failed");
}

/** Says above the picture that nothing more comes, while it still plays; null takes that away. */
export function noteTrouble(failure: PlayFailure | null): void {
  const note = byId("trouble", HTMLElement);
  note.textContent = failure?.message ?? "";
  note.hidden = failure === null;
}

/**
 * Tells of an error that nothing caught when there is nothing to play: else the player
 * would wait for ever. What plays goes on.
 *
 * @returns what to call when something was loaded after all
 */
export function tellUncaught(
  video: HTMLVideoElement,
  tryAgain: () => void,
): () => void {
  let failure: PlayFailure | null = null;
  const tellIfEmpty = () => {
    const isEmpty = video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    if (failure !== null && isEmpty) showFailure(failure, tryAgain);
  };
  onUncaught((error) => {
    const message = `The page failed: ${error} Its console tells more.`;
    failure = { message, canRetry: true };
    tellIfEmpty();
  });
  video.addEventListener("waiting", tellIfEmpty);
  return () => {
    const text = byId("failure-text", HTMLElement).textContent;
    if (failure?.message === text) hideFailure();
    failure = null;
  };
}
