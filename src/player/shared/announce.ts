import { byId } from "./dom.js";

/** Has screen readers say this when they have finished what they are saying. */
export function announce(sentence: string): void {
  byId("announcer", HTMLElement).textContent = sentence;
}
