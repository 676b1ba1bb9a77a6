import { byId } from "../shared/dom.js";

const NAME = "key-signs";

/**
 * The switch for keys of one letter, digit or sign, which speech input presses by mistake.
 * This tab remembers it. WCAG 2.1.4
 *
 * @returns whether they are keys now
 */
export function wireKeySigns(): () => boolean {
  const box = byId("key-signs", HTMLInputElement);
  box.checked = recall() !== "off";
  box.addEventListener("change", () => keep(box.checked ? "on" : "off"));
  return () => box.checked;
}

/** A browser that may store nothing forgets it with the page. */
function recall(): string | null {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}

function keep(value: string): void {
  try {
    sessionStorage.setItem(NAME, value);
  } catch {
    // As said above.
  }
}
