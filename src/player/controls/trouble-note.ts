import type { Failure } from "../engine/failure.js";
import { byId } from "../shared/dom.js";

/** Says above the picture that nothing more comes, while it still plays; null takes that away. */
export function noteTrouble(failure: Failure | null): void {
  const note = byId("trouble", HTMLElement);
  note.textContent = failure?.message ?? "";
  note.hidden = failure === null;
}
