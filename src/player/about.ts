import type { PackageDetail } from "./shared/api.js";
import { copyButton } from "./shared/copy.js";
import { byId, element } from "./shared/dom.js";
import {
  byteSize,
  clock,
  rungNameAmong,
  TICKS_PER_SECOND,
} from "./shared/format.js";

/** Title, facts and manifest below the picture, and the poster in it. */
export function describePackage(detail: PackageDetail, dash: string): void {
  const { title, poster, manifest, duration, bytes, video, isProtected } =
    detail;
  document.title = `${title} - mss-pack`;
  byId("title", HTMLElement).textContent = title;
  byId("facts", HTMLElement).textContent = [
    clock(duration / TICKS_PER_SECOND),
    video.map((level) => rungNameAmong(video, level)).join(", "),
    byteSize(bytes),
    ...(isProtected ? ["protected"] : []),
  ].join(" · ");
  const address = new URL(manifest, location.href).href;
  byId("manifest", HTMLElement).append(
    element("a", { href: manifest }, "Manifest"),
    copyButton("the address of the manifest", address),
  );
  byId("version", HTMLElement).textContent =
    `mss-pack · plays with dash.js ${dash}`;
  const film = byId("video", HTMLVideoElement);
  film.poster = poster;
  film.setAttribute("aria-label", title);
}
