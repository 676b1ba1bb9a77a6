import type { MediaPlayerClass } from "dashjs";
import type { FromDash } from "./dash-parts.js";

/** The names of levels in addresses, by their names for dash.js. */
type LevelNames = Map<string, string>;

/**
 * Addresses name levels of one bitrate by `{CustomAttributes}` (MS-SSTR 2.2.2.5.1). dash.js never
 * fills them in: it identifies levels by bitrate. So it gets a manifest in which each level has its
 * own bitrate, and its requests are changed back to the real addresses.
 */
export function nameCustomLevels(player: MediaPlayerClass): void {
  let names: LevelNames = new Map();
  player.addResponseInterceptor((response) => {
    const data: unknown = response.data;
    const customData: unknown = response.request.customData;
    if (
      (customData as FromDash).request.type === "MPD" &&
      typeof data === "string"
    ) {
      names = new Map();
      response.data = withOwnBitrates(data, names);
    }
    return Promise.resolve(response);
  });
  // In place: dash.js aborts its own request object, not a copy.
  player.addRequestInterceptor((request) => {
    request.url = addressOf(request.url, names);
    return Promise.resolve(request);
  });
}

const LEVEL = /QualityLevels\((\d+)\)\/(Fragments\([^=)]+=)/i;

function addressOf(url: string, names: LevelNames): string {
  return url.replace(LEVEL, (all, bitrate: string, what: string) => {
    const name = names.get(keyOf(decodeURIComponent(what), bitrate));
    return name === undefined ? all : `QualityLevels(${name})/${what}`;
  });
}

const keyOf = (what: string, bitrate: string | number) =>
  `${what.toLowerCase()}${bitrate}`;

const CUSTOM = ",{CustomAttributes}";

function withOwnBitrates(manifest: string, names: LevelNames): string {
  if (!manifest.includes(CUSTOM)) return manifest;
  const document = new DOMParser().parseFromString(manifest, "text/xml");
  for (const stream of document.querySelectorAll("StreamIndex")) {
    const url = stream.getAttribute("Url") ?? "";
    const what = /Fragments\([^=)]+=/i.exec(url)?.[0];
    if (what === undefined || !url.includes(CUSTOM)) continue;
    stream.setAttribute("Url", url.replace(CUSTOM, ""));
    nameLevels([...stream.querySelectorAll("QualityLevel")], what, names);
  }
  return new XMLSerializer().serializeToString(document);
}

/** A level whose bitrate is taken gets the next lower free one. */
function nameLevels(levels: Element[], what: string, names: LevelNames): void {
  const bitrates = levels.map((level) => bitrateOf(level));
  const taken = new Set<number>();
  for (const [i, level] of levels.entries()) {
    const bitrate = bitrates[i] ?? 0;
    let own = bitrate;
    while (taken.has(own) || (own !== bitrate && bitrates.includes(own))) own--;
    taken.add(own);
    level.setAttribute("Bitrate", String(own));
    names.set(keyOf(what, own), [bitrate, ...attributesOf(level)].join(","));
  }
}

function attributesOf(level: Element): string[] {
  const all = [...level.querySelectorAll("CustomAttributes > Attribute")];
  return all.map((one) =>
    ["Name", "Value"]
      .map((part) => encodeURIComponent(one.getAttribute(part) ?? ""))
      .join("="),
  );
}

/** 0 where the value is not a number. */
function bitrateOf(level: Element): number {
  return Number(level.getAttribute("Bitrate")) || 0;
}
