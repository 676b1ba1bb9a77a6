import { announce, byId } from "../shared/dom.js";

/** Time for reading two words. */
const SHOWN_MS = 1200;

let timer = 0;

/** Says what a key or a button did: to screen readers, and for a moment on the picture. */
export function tell(spoken: string, shown = spoken): void {
  announce(spoken);
  const flash = byId("flash", HTMLElement);
  flash.textContent = shown;
  flash.hidden = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => (flash.hidden = true), SHOWN_MS);
}
