import { announce, element } from "./dom.js";

/** Time for reading "Copied". */
const SHOWN_MS = 2000;

/** A button that puts a text on the clipboard and says so. */
export function copyButton(ofWhat: string, text: string): HTMLButtonElement {
  const word = element("span", {}, "Copy");
  const rest = element("span", { class: "unseen" }, ` ${ofWhat}`);
  const attributes = { type: "button", class: "button small" };
  const button = element("button", attributes, word, rest);
  button.addEventListener("click", () => {
    void copy(text).then((isDone) => {
      word.textContent = isDone ? "Copied" : "Not allowed";
      announce(isDone ? `Copied ${ofWhat}` : "The browser does not allow it");
      setTimeout(() => (word.textContent = "Copy"), SHOWN_MS);
    });
  });
  return button;
}

/** The clipboard API is for secure contexts; the old command works on http:// too. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyWithSelection(text);
  }
}

function copyWithSelection(text: string): boolean {
  const field = element("textarea", { class: "unseen", readonly: "" });
  field.value = text;
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way on http://
  const isDone = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isDone;
}
