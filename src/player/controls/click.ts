import { byId } from "../shared/dom.js";

/** A key does what its button does, if this film and browser have it. */
export function clickIfShown(id: string): void {
  const button = byId(id, HTMLButtonElement);
  if (!button.hidden) button.click();
}
