import type { StreamKind } from "../../media/track.js";
import { readFragment } from "./fragment-boxes.js";
import { requireNoSamples, sampleDefaults } from "./header-boxes.js";
import { protectHeader } from "./header.js";
import type { FileRewrite } from "./rewrite-file.js";
import {
  movedFragment,
  protectFragment,
  type ProtectedTable,
} from "./rewrite-fragment.js";

/** A track to protect. */
export interface TrackToProtect extends ProtectedTable {
  readonly kind: StreamKind;
}

/**
 * The edits that turn a clear file into a protected one. Tracks and their fragments may lie in any
 * order.
 *
 * @param tracks by track ID; others stay clear
 */
export function protectRewrite(
  tracks: ReadonlyMap<number, TrackToProtect>,
): FileRewrite {
  /** How many samples of each track are written. */
  const done = new Map<number, number>();
  let defaults: ReturnType<typeof sampleDefaults> = new Map();
  return {
    header(bytes) {
      requireNoSamples(bytes);
      defaults = sampleDefaults(bytes);
      return protectHeader(bytes, tracks);
    },
    fragment({ bytes, start, newStart }) {
      const fragment = readFragment(bytes, { start, defaults });
      const moved = { bytes, fragment, newStart };
      const { trackId, starts } = fragment;
      const track = tracks.get(trackId);
      if (track === undefined) return movedFragment(moved);
      const first = done.get(trackId) ?? 0;
      done.set(trackId, first + starts.length);
      return protectFragment(moved, track, first);
    },
  };
}
