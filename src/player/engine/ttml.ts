import type { Caption } from "./cues.js";

/**
 * The captions of a TTML document: its paragraphs, with times in clock or offset form and line
 * breaks. Leaves places and colours to the browser's own captions, which viewers can adjust. TTML2
 * 8.1.5, 12.3.1
 */
export function cuesOfTtml(xml: string): Caption[] {
  const document = new DOMParser().parseFromString(xml, "text/xml");
  const root = document.documentElement;
  const clock = clockOf(root);
  return [...document.getElementsByTagNameNS("*", "p")].flatMap((p) => {
    const begin = clock(p.getAttribute("begin") ?? "0s");
    const duration = p.getAttribute("dur");
    const end =
      duration === null
        ? clock(p.getAttribute("end") ?? "")
        : begin + clock(duration);
    const text = textOf(p).trim();
    return end > begin && text !== "" ? [{ begin, end, text }] : [];
  });
}

function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE)
    return (node.textContent ?? "").replace(/\s+/g, " ");
  if (node instanceof Element && node.localName === "br") return "\n";
  return [...node.childNodes].map(textOf).join("");
}

function clockOf(root: Element): (time: string) => number {
  const rate = (name: string, otherwise: number) => {
    const value = Number(
      root.getAttributeNS("http://www.w3.org/ns/ttml#parameter", name) ??
        root.getAttributeNS("http://www.w3.org/2006/10/ttaf1#parameter", name),
    );
    return value > 0 ? value : otherwise;
  };
  const frames = rate("frameRate", 30);
  const perUnit: Readonly<Record<string, number>> = {
    ...{ h: 3600, m: 60, s: 1, ms: 0.001 },
    ...{ f: 1 / frames, t: 1 / rate("tickRate", frames) },
  };
  return (time) => {
    const [, h, m, s, f] =
      /^(\d+):(\d\d):(\d\d(?:\.\d+)?)(?::(\d+))?$/.exec(time) ?? [];
    if (s !== undefined)
      return (
        Number(h) * 3600 + Number(m) * 60 + Number(s) + Number(f ?? 0) / frames
      );
    const [, count, unit = ""] = /^([\d.]+)(h|ms|m|s|f|t)$/.exec(time) ?? [];
    return Number(count) * (perUnit[unit] ?? NaN);
  };
}

/**
 * The document in a fragment: the content of its mdat.
 *
 * @throws when there is no mdat
 */
export function documentOf(fragment: ArrayBuffer): string {
  const view = new DataView(fragment);
  for (let at = 0, size = 0; at + 8 <= view.byteLength; at += size) {
    size = view.getUint32(at);
    const isMdat = view.getUint32(at + 4) === 0x6d646174;
    if (isMdat)
      return new TextDecoder().decode(fragment.slice(at + 8, at + size));
    if (size < 8) break;
  }
  throw new Error("The fragment has no mdat.");
}
