import { Cards, matches } from "./list/cards.js";
import { ListPlace } from "./list/place.js";
import { fetchPackages, type PackageSummary } from "./shared/api.js";
import { byId, onUncaught } from "./shared/dom.js";

/** A viewer can take in a shorter list at a glance. */
const SEARCH_FROM = 9;

const list = byId("packages", HTMLUListElement);
const cards = new Cards(list);
const searchBox = byId("search-box", HTMLElement);
const search = byId("search", HTMLInputElement);
const count = byId("count", HTMLElement);
const reading = byId("reading", HTMLElement);
const place = new ListPlace(search, list);
let packages: readonly PackageSummary[] = [];

async function look(): Promise<void> {
  try {
    const isFirst = packages.length === 0;
    const { version, packages: all } = await fetchPackages((some, of) => {
      if (isFirst) showMore(some, of);
    });
    byId("version", HTMLElement).textContent = `mss-pack ${version}`;
    byId("failure", HTMLElement).hidden = true;
    showAll(all);
    byId("empty", HTMLElement).hidden = all.length > 0;
    if (isFirst) place.restore((path) => cards.itemOf(path));
  } catch (error) {
    fail((error as Error).message);
  }
  reading.hidden = true;
}

function fail(sentence: string): void {
  byId("failure-text", HTMLElement).textContent = sentence;
  byId("failure", HTMLElement).hidden = false;
}

/** Shows the packages read so far, while the origin reads the others. */
function showMore(some: readonly PackageSummary[], of: number): void {
  packages = [...packages, ...some];
  searchBox.hidden = packages.length < SEARCH_FROM;
  cards.append(some);
  filter(some);
  reading.textContent = `${packages.length} of ${of} packages so far`;
  reading.hidden = false;
}

function showAll(all: readonly PackageSummary[]): void {
  packages = all;
  searchBox.hidden = packages.length < SEARCH_FROM;
  cards.update(packages);
  countHits();
}

/** Hides cards, and does not make them again: loaded posters stay. */
function filter(some: readonly PackageSummary[]): number {
  let shown = 0;
  for (const one of some) {
    const isHit = matches(one, searchText());
    const item = cards.itemOf(one.path);
    if (item !== undefined) item.hidden = !isHit;
    if (isHit) shown += 1;
  }
  return shown;
}

/** A hidden search box has no effect. */
function searchText(): string {
  return searchBox.hidden ? "" : search.value.trim();
}

function countHits(): void {
  const text = countText(filter(packages));
  if (count.textContent !== text) count.textContent = text;
}

function countText(shown: number): string {
  if (packages.length === 0) return "";
  if (searchText() === "")
    return packages.length === 1 ? "1 package" : `${packages.length} packages`;
  return shown === 0
    ? `No package's name, folder or language has "${searchText()}"`
    : `${shown} of ${packages.length} packages`;
}

search.addEventListener("input", countHits);
for (const id of ["again", "look"])
  byId(id, HTMLButtonElement).addEventListener("click", () => void look());
// Shows new packages to a viewer who comes back from making them.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void look();
});
onUncaught((message) => fail(`The page failed: ${message}`));
void look();
