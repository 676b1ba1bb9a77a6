import { unlock } from "./engine/clear-key.js";
import type {
  Choice,
  OtherEvents,
  OtherPlayer,
} from "./engine/other-player.js";
import {
  checkManifest,
  fetchLicence,
  fetchPackage,
  packageOfPage,
  type PackageDetail,
} from "./shared/api.js";
import { byId, copyButton, element } from "./shared/dom.js";
import { openIn, WAYS, type Way } from "./shared/open-in.js";

/** The page that plays a package with a player of DASH or HLS, as that player is. */

const video = byId("video", HTMLVideoElement);

async function start(): Promise<void> {
  const path = packageOfPage(location);
  const way = location.pathname.startsWith("/watch/hls/") ? "hls" : "dash";
  byId("title", HTMLElement).textContent = path;
  const detail = await fetchPackage(path);
  describe(detail, way);
  if (detail.problem !== null) throw new Error(detail.problem);
  const manifest = WAYS[way].manifest(detail);
  await checkManifest(manifest);
  if (detail.isProtected) await unlock(video, await fetchLicence(path));
  const player = await make(way, {
    onChoices: () => showChoices(player),
    onFailure: fail,
  });
  byId("version", HTMLElement).textContent =
    `mss-pack · plays with ${player.name}`;
  player.load(new URL(manifest, location.href).href);
}

/** Only the player that is needed is loaded. */
async function make(way: Way, events: OtherEvents): Promise<OtherPlayer> {
  if (way === "hls") {
    const { onHls } = await import("./engine/on-hls.js");
    return onHls(video, events);
  }
  const { onDash } = await import("./engine/on-dash.js");
  return onDash(video, byId("captions", HTMLDivElement), events);
}

function describe(detail: PackageDetail, way: Way): void {
  const { title, notes } = detail;
  document.title = `${title} in ${WAYS[way].name} - mss-pack`;
  byId("title", HTMLElement).textContent = title;
  byId("open-in", HTMLElement).append(...openIn(detail, way));
  byId("notes", HTMLElement).append(
    ...notes.map((note) => element("li", {}, note)),
  );
  const manifest = WAYS[way].manifest(detail);
  byId("manifest", HTMLElement).append(
    element("a", { href: manifest }, WAYS[way].file),
    copyButton(
      `the address of ${WAYS[way].file}`,
      new URL(manifest, location.href).href,
    ),
  );
  video.setAttribute("aria-label", title);
}

function showChoices({ qualities, sounds, captions }: OtherPlayer): void {
  fill("quality", qualities, "Automatic", 2);
  fill("sound", sounds, undefined, 2);
  fill("caption", captions, "Off", 1);
}

/** A list to choose from; hidden when there is no choice. */
function fill(
  id: string,
  choice: Choice,
  none: string | undefined,
  least: number,
): void {
  const select = byId(id, HTMLSelectElement);
  const names = choice.names();
  byId(`${id}-box`, HTMLElement).hidden = names.length < least;
  if (select.options.length === names.length + (none === undefined ? 0 : 1))
    return;
  const rows = names.map((name, i) =>
    element("option", { value: `${i}` }, name),
  );
  const first =
    none === undefined ? [] : [element("option", { value: "-1" }, none)];
  select.replaceChildren(...first, ...rows);
  select.onchange = () => choice.choose(Number(select.value));
}

function fail(message: string): void {
  const box = byId("failure", HTMLElement);
  // The first failure is the cause, later ones its consequence.
  if (!box.hidden) return;
  byId("failure-text", HTMLElement).textContent = message;
  box.hidden = false;
}

start().catch((error: unknown) => fail((error as Error).message));
