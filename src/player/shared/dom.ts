/**
 * The element of the page's HTML with this id.
 *
 * @throws when the HTML has no such element of this kind: page and code do not fit
 */
export function byId<T extends Element>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} with id "${id}".`);
}

export type Attributes = Readonly<Record<string, string>>;

/** A new element. Text is always text, never markup: it may be the name of a file. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** Shows the icon of this name inside a button; see the symbols in play.html. */
export function setIcon(button: Element, name: string): void {
  button.querySelector("use")?.setAttribute("href", `#icon-${name}`);
}

/** An icon for markup made by code. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Makes screen readers say this after their present sentence. */
export function announceToReaders(sentence: string): void {
  byId("announcer", HTMLElement).textContent = sentence;
}

/** Harmless: the browser's note of a layout in two steps, and a play() that a pause interrupted. */
const HARMLESS = /ResizeObserver loop|AbortError|NotAllowedError/;

/** Reports each uncaught error, including those of promises. */
export function onUncaught(tell: (message: string) => void): void {
  const look = (error: unknown, message: string) => {
    const name = error instanceof Error ? error.name : "";
    if (!HARMLESS.test(`${name} ${message}`)) tell(message);
  };
  addEventListener("error", ({ error, message }) => look(error, message));
  addEventListener("unhandledrejection", ({ reason }) =>
    look(reason, reason instanceof Error ? reason.message : String(reason)),
  );
}

/** An event that happens again and again, and its listeners. */
export class Signal<T = void> {
  readonly #listeners: ((value: T) => void)[] = [];

  on(listener: (value: T) => void): void {
    this.#listeners.push(listener);
  }

  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}

/** Time to read two words. */
const SHOWN_MS = 1200;

let timer = 0;

/** Reports the action of a key or a button: to screen readers, and for a moment on the picture. */
export function tell(spoken: string, shown = spoken): void {
  announceToReaders(spoken);
  const flash = byId("flash", HTMLElement);
  flash.textContent = shown;
  flash.hidden = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => (flash.hidden = true), SHOWN_MS);
}

/** Time to read "Copied". */
const COPIED_MS = 2000;

/** A button that copies a text to the clipboard and confirms it. */
export function copyButton(ofWhat: string, text: string): HTMLButtonElement {
  const word = element("span", {}, "Copy");
  const rest = element("span", { class: "unseen" }, ` ${ofWhat}`);
  const attributes = { type: "button", class: "button small" };
  const button = element("button", attributes, word, rest);
  button.addEventListener("click", () => {
    void copy(text).then((isDone) => {
      word.textContent = isDone ? "Copied" : "Not allowed";
      announceToReaders(
        isDone ? `Copied ${ofWhat}` : "The browser does not allow it",
      );
      setTimeout(() => (word.textContent = "Copy"), COPIED_MS);
    });
  });
  return button;
}

/** The clipboard API needs a secure context; the old command works on http:// too. */
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

/** The tab's value of this name. In a browser without storage it lasts as long as the page. */
export function recall(name: string): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // See above: a browser without storage.
  }
}
