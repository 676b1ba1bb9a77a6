import { fetchPackages, type PackageSummary } from "./shared/api.js";
import { byId } from "./shared/dom.js";
import { card } from "./list/card.js";
import { matches } from "./list/search.js";

/** Fewer than these are seen at a glance. */
const SEARCH_FROM = 9;

const list = byId("packages", HTMLUListElement);
const search = byId("search", HTMLInputElement);
const count = byId("count", HTMLElement);
let packages: readonly PackageSummary[] = [];

async function look(): Promise<void> {
  const failure = byId("failure", HTMLElement);
  try {
    const { version, packages: found } = await fetchPackages();
    byId("version", HTMLElement).textContent = `mss-pack ${version}`;
    failure.hidden = true;
    // Cards that are there stay as they are: somebody may be on one of them.
    if (JSON.stringify(found) !== JSON.stringify(packages)) {
      packages = found;
      show();
    }
    byId("empty", HTMLElement).hidden = found.length > 0;
  } catch (error) {
    byId("failure-text", HTMLElement).textContent = (error as Error).message;
    failure.hidden = false;
  }
}

function show(): void {
  byId("search-box", HTMLElement).hidden = packages.length < SEARCH_FROM;
  list.replaceChildren(...packages.map(card));
  filter();
}

/** Cards are hidden, not made anew: posters that are loaded stay. */
function filter(): void {
  const wanted = search.value.trim();
  let shown = 0;
  packages.forEach((one, i) => {
    const isHit = matches(one, wanted);
    const item = list.children[i] as HTMLElement;
    item.hidden = !isHit;
    if (isHit) shown += 1;
  });
  count.textContent = countText(shown, wanted);
}

function countText(shown: number, wanted: string): string {
  if (packages.length === 0) return "";
  if (wanted === "")
    return packages.length === 1 ? "1 package" : `${packages.length} packages`;
  return shown === 0
    ? `No package's name or folder has "${wanted}"`
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
