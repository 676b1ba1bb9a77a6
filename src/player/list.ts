import { Cards, matches } from "./list/cards.js";
import { fetchPackages, type PackageSummary } from "./shared/api.js";
import { byId } from "./shared/dom.js";

/** Fewer than these are seen at a glance. */
const SEARCH_FROM = 9;

const cards = new Cards(byId("packages", HTMLUListElement));
const searchBox = byId("search-box", HTMLElement);
const search = byId("search", HTMLInputElement);
const count = byId("count", HTMLElement);
let packages: readonly PackageSummary[] = [];

async function look(): Promise<void> {
  const failure = byId("failure", HTMLElement);
  try {
    const { version, packages: found } = await fetchPackages();
    byId("version", HTMLElement).textContent = `mss-pack ${version}`;
    failure.hidden = true;
    packages = found;
    show();
    byId("empty", HTMLElement).hidden = found.length > 0;
  } catch (error) {
    byId("failure-text", HTMLElement).textContent = (error as Error).message;
    failure.hidden = false;
  }
}

function show(): void {
  searchBox.hidden = packages.length < SEARCH_FROM;
  cards.update(packages);
  filter();
}

/** Cards are hidden, not made anew: posters that are loaded stay. A search that is not seen finds all. */
function filter(): void {
  const wanted = searchBox.hidden ? "" : search.value.trim();
  let shown = 0;
  for (const one of packages) {
    const isHit = matches(one, wanted);
    const item = cards.itemOf(one.path);
    if (item !== undefined) item.hidden = !isHit;
    if (isHit) shown += 1;
  }
  const text = countText(shown, wanted);
  if (count.textContent !== text) count.textContent = text;
}

function countText(shown: number, wanted: string): string {
  if (packages.length === 0) return "";
  if (wanted === "")
    return packages.length === 1 ? "1 package" : `${packages.length} packages`;
  return shown === 0
    ? `No package's name, folder or language has "${wanted}"`
    : `${shown} of ${packages.length} packages`;
}

search.addEventListener("input", filter);
for (const id of ["again", "look"])
  byId(id, HTMLButtonElement).addEventListener("click", () => void look());
// Whoever comes back from packaging finds what is new.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void look();
});
void look();
