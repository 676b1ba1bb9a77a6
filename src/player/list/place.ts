/** The name of the search in the address. */
const NAME = "q";

/** Safari allows only a hundred changes of an address in half a minute. */
const CALM_MS = 400;

/** The viewer's place in the list: Back and Reload return to it. */
export class ListPlace {
  readonly #search: HTMLInputElement;
  #timer = 0;

  constructor(search: HTMLInputElement, list: HTMLElement) {
    this.#search = search;
    // The browser would return to a height, before the cards are there that made it.
    history.scrollRestoration = "manual";
    search.value = new URLSearchParams(location.search).get(NAME) ?? "";
    search.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#keep(null), CALM_MS);
    });
    // Runs before the browser follows a film's link.
    list.addEventListener("click", ({ target }) => {
      const card = target instanceof Element ? target.closest("li") : null;
      this.#keep(card?.dataset["path"] ?? null);
    });
  }

  /** Scrolls to the card whose film was opened from here. */
  restore(itemOf: (path: string) => HTMLElement | undefined): void {
    const state: unknown = history.state;
    const item = typeof state === "string" ? itemOf(state) : undefined;
    if (item !== undefined) scrollTo(item, MOST_STEPS);
  }

  #keep(path: string | null): void {
    clearTimeout(this.#timer);
    const address = new URL(location.href);
    const searchText = this.#search.value.trim();
    if (searchText === "") address.searchParams.delete(NAME);
    else address.searchParams.set(NAME, searchText);
    history.replaceState(path, "", address);
  }
}

/** Cards out of sight have a guessed height. So each scroll may move the card away again, a little less each time. */
const MOST_STEPS = 20;

function scrollTo(item: HTMLElement, steps: number): void {
  item.scrollIntoView({ block: "center" });
  if (steps > 0) requestAnimationFrame(() => scrollTo(item, steps - 1));
}
