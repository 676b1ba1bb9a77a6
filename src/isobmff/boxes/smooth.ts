import { uuidFullBox } from "../box.js";
import { u64 } from "../bytes.js";
import type { Ticks } from "../../media/time.js";

/** TfxdBox: MS-SSTR 2.2.4.4 */
export const TFXD_UUID = "6d1d9b05-42d5-44e6-80e2-141daff757b2";

/**
 * Absolute time and duration of a fragment, version 1 (64 bit: 32 bits of
 * 100 ns are full after 429.5 s). `time` is the presentation time of the first
 * sample and equals the manifest's `t` and the `tfra` entry. MS-SSTR 2.2.4.4
 */
export function tfxd(time: Ticks, duration: Ticks): Uint8Array {
  return uuidFullBox(TFXD_UUID, 1, 0, u64(time, duration));
}
