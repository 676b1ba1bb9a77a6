import { clock, size, whole } from "../util/format.js";
import type { Counts, ScanTotal } from "./total.js";

/** Figures of all packages in a row of names and texts. */
export function figures(total: ScanTotal): [string, string][] {
  return [
    ["Packages", whole(total.packages)],
    ["Length", clock(total.duration / 1e7)],
    ["Size", size(total.bytes)],
    ["Files", whole(total.files)],
    ["With faults", whole(total.faulty)],
    ["Cannot be read", whole(total.unreadable)],
    ["To be mended", whole(total.mendable)],
    ["Protected", whole(total.protected)],
    ["With captions", whole(total.captioned)],
  ];
}

/** What packages have, with its caption. */
export function countsOf(total: ScanTotal): [string, Counts][] {
  return [
    ["Makers", total.makers],
    ["Codecs", total.codecs],
    ["Languages", total.languages],
    ["Faults, by rule", total.faults],
    ["Mends", total.mends],
    ["Fail in", total.clients],
  ];
}
