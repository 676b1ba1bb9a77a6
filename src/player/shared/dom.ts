/**
 * The element of the page's HTML with this id.
 *
 * @throws when the HTML has none of this kind: the page and its code do not fit
 */
export function byId<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} with id "${id}".`);
}

export type Attributes = Readonly<Record<string, string>>;

/** A new element. Text is always text, never markup: names of files come here. */
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

/** An icon for markup that is made here. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Has screen readers say this when they have finished what they are saying. */
export function announce(sentence: string): void {
  byId("announcer", HTMLElement).textContent = sentence;
}

/** Something that happens again and again, and those who want to hear of it. */
export class Signal<T = void> {
  readonly #listeners: ((value: T) => void)[] = [];

  on(listener: (value: T) => void): void {
    this.#listeners.push(listener);
  }

  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}

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
