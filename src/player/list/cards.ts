import type { PackageSummary } from "../shared/api.js";
import { languageName } from "../shared/format.js";
import { card } from "./card.js";

interface Card {
  readonly text: string;
  readonly item: HTMLLIElement;
}

/** The cards of the list. The card of an unchanged package stays, with its poster and the focus. */
export class Cards {
  readonly #list: HTMLElement;
  #cards = new Map<string, Card>();

  constructor(list: HTMLElement) {
    this.#list = list;
  }

  /** Shows these packages, in this order. */
  update(packages: readonly PackageSummary[]): void {
    const focused = document.activeElement;
    const before = this.#cards;
    this.#cards = new Map(
      packages.map((one) => [one.path, cardOf(one, before.get(one.path))]),
    );
    this.#place([...this.#cards.values()].map(({ item }) => item));
    const lost = [...before].find(
      ([, { item }]) => item.contains(focused) && !item.isConnected,
    );
    if (lost !== undefined) this.#focus(lost[0]);
  }

  /** Adds these after the others. */
  append(packages: readonly PackageSummary[]): void {
    for (const one of packages) {
      const made = cardOf(one, undefined);
      this.#cards.set(one.path, made);
      this.#list.append(made.item);
    }
  }

  itemOf(path: string): HTMLLIElement | undefined {
    return this.#cards.get(path)?.item;
  }

  /** An element that moves loses the focus: first the old ones go, then only new ones are inserted. */
  #place(items: readonly HTMLLIElement[]): void {
    const kept = new Set<Element>(items);
    for (const item of [...this.#list.children])
      if (!kept.has(item)) item.remove();
    items.forEach((item, i) => {
      const there = this.#list.children[i] ?? null;
      if (there !== item) this.#list.insertBefore(item, there);
    });
  }

  /** Focuses the package's new card, or the list when it has no card with a link. */
  #focus(path: string): void {
    const link = this.itemOf(path)?.querySelector<HTMLElement>("h2 a");
    (link ?? this.#list).focus();
  }
}

function cardOf(one: PackageSummary, before: Card | undefined): Card {
  const text = JSON.stringify(one);
  return before?.text === text ? before : { text, item: card(one) };
}

/**
 * Is each typed word in the package's name, folder or languages? These are the names and tags of
 * the languages of sound and captions.
 */
export function matches(one: PackageSummary, searchText: string): boolean {
  const text = textOf(one);
  return searchText
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Each typed letter searches all of them. */
const texts = new WeakMap<PackageSummary, string>();

function textOf(one: PackageSummary): string {
  const stored = texts.get(one);
  if (stored !== undefined) return stored;
  const tags = [...one.audio, ...one.text].map(({ language }) => language);
  const words = [one.title, one.path, ...tags, ...tags.map(languageName)];
  const text = words.join(" ").toLowerCase();
  texts.set(one, text);
  return text;
}
