import type { PlayFailure } from "../engine/failure.js";
import { byId, onUncaught } from "../shared/dom.js";

/**
 * Shows in the player's place the reason for a failure.
 *
 * @param tryAgain the action of the button
 */
export function showFailure(failure: PlayFailure, tryAgain: () => void): void {
  const box = byId("failure", HTMLElement);
  const again = byId("again", HTMLButtonElement);
  // The first failure is the cause, later ones its consequence.
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

/** A film that plays has not failed: dash.js gets over some errors by itself. */
export function hideFailure(): void {
  byId("failure", HTMLElement).hidden = true;
  byId("player", HTMLElement).classList.remove("failed");
}

/** Notes above the picture that nothing more comes, while it still plays; null removes the note. */
export function noteTrouble(failure: PlayFailure | null): void {
  const note = byId("trouble", HTMLElement);
  note.textContent = failure?.message ?? "";
  note.hidden = failure === null;
}

/**
 * Shows an uncaught error if there is nothing to play: otherwise the player would wait for ever. A
 * film that plays goes on.
 *
 * @returns a function to call when something was loaded after all
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
