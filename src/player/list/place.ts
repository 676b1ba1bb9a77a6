/** What is searched for, in the address. */
const NAME = "q";

/** Safari takes no more than a hundred changes of an address in half a minute. */
const CALM_MS = 400;

/** Where the viewer was in the list: Back and Reload lead there again. */
export class ListPlace {
  readonly #search: HTMLInputElement;
  #timer = 0;

  constructor(search: HTMLInputElement, list: HTMLElement) {
    this.#search = search;
    search.value = new URLSearchParams(location.search).get(NAME) ?? "";
    search.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#keep(null), CALM_MS);
    });
    // Before a film's link is followed.
    list.addEventListener("click", ({ target }) => {
      const card = target instanceof Element ? target.closest("li") : null;
      this.#keep(card?.dataset["path"] ?? null);
    });
  }

  /** Shows the card whose film was opened from here. */
  restore(itemOf: (path: string) => HTMLElement | undefined): void {
    const state: unknown = history.state;
    if (typeof state === "string")
      itemOf(state)?.scrollIntoView({ block: "center" });
  }

  #keep(path: string | null): void {
    clearTimeout(this.#timer);
    const address = new URL(location.href);
    const wanted = this.#search.value.trim();
    if (wanted === "") address.searchParams.delete(NAME);
    else address.searchParams.set(NAME, wanted);
    history.replaceState(path, "", address);
  }
}
