import {
  hasPicture,
  isSound,
  playerAddress,
  type NamedStream,
  type PackageSummary,
} from "../shared/api.js";
import { copyButton, element, icon } from "../shared/dom.js";
import {
  byteSize,
  languageName,
  lengthClock,
  rungNameAmong,
  spokenClock,
  TICKS_PER_SECOND,
} from "../shared/format.js";

/** A package in the list. If it cannot be played, the card gives the reason and has no link. */
export function card(one: PackageSummary): HTMLLIElement {
  const isPlayable = one.problem === null;
  const item = element("li", { class: "card", "data-path": one.path });
  const title = isPlayable
    ? element("a", { href: playerAddress(one.path) }, one.title)
    : one.title;
  item.append(
    poster(one),
    element("h2", {}, title),
    ...folder(one),
    ...(one.problem === null ? facts(one) : [problem(one.problem)]),
    manifestRow(one),
  );
  return item;
}

function poster(one: PackageSummary): HTMLElement {
  const kind = kindOf(one);
  const frame = element("div", { class: `poster ${kind}` }, icon(kind));
  if (hasPicture(one)) frame.append(frameOf(one));
  if (one.problem === null) frame.append(length(one));
  return frame;
}

/** The symbol of index.html for it. */
function kindOf(one: PackageSummary): string {
  if (one.problem !== null) return "damaged";
  if (one.isProtected) return "protected";
  return isSound(one) ? "sound" : "film";
}

function frameOf({ poster }: PackageSummary): HTMLImageElement {
  const image = element("img", {
    ...{ src: poster, alt: "", loading: "lazy", decoding: "async" },
    ...{ width: "480", height: "270" },
  });
  image.addEventListener("load", () => image.classList.add("loaded"));
  // The symbol stays.
  image.addEventListener("error", () => image.remove());
  return image;
}

function length({ duration }: PackageSummary): HTMLElement {
  const seconds = duration / TICKS_PER_SECOND;
  const label = element(
    "span",
    { class: "unseen" },
    spokenClock(Math.round(seconds)),
  );
  const shown = element(
    "span",
    { "aria-hidden": "true" },
    lengthClock(seconds),
  );
  return element("span", { class: "badge" }, label, shown);
}

function folder({ path, title }: PackageSummary): HTMLElement[] {
  const above = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  if (above === "" && path === title) return [];
  return [element("p", { class: "folder" }, above === "" ? path : `${above}/`)];
}

function facts(one: PackageSummary): HTMLElement[] {
  const { video, audio, text, bytes, isProtected } = one;
  const rungs = video.map((level) =>
    element("li", {}, rungNameAmong(video, level)),
  );
  const rest = [
    ...(isSound(one) ? ["sound alone"] : []),
    byteSize(bytes),
    ...languages("Sound", audio),
    ...languages("Captions", text),
    ...(isProtected ? ["protected"] : []),
  ];
  return [
    ...(isSound(one)
      ? []
      : [element("ul", { class: "rungs", "aria-label": "Rungs" }, ...rungs)]),
    element("p", { class: "facts" }, rest.join(" · ")),
  ];
}

/** Each language once; nothing if there is no choice. */
function languages(what: string, streams: readonly NamedStream[]): string[] {
  const names = new Set(streams.map(({ language }) => languageName(language)));
  if (names.size < (what === "Sound" ? 2 : 1)) return [];
  return [`${what}: ${[...names].join(", ")}`];
}

function problem(sentence: string): HTMLElement {
  return element(
    "p",
    { class: "problem" },
    element("strong", {}, "It cannot be played. "),
    sentence,
  );
}

function manifestRow({ manifest, title }: PackageSummary): HTMLElement {
  return element(
    "p",
    { class: "manifest" },
    element(
      "a",
      { href: manifest, "aria-label": `Manifest of ${title}` },
      "Manifest",
    ),
    copyButton(
      `the address of the manifest of ${title}`,
      new URL(manifest, location.href).href,
    ),
  );
}
