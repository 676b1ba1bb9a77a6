import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { PIFF_SENC_UUID } from "../isobmff/boxes/protection.js";
import { TFXD_UUID } from "../isobmff/boxes/fragment.js";
import {
  newBudget,
  runsOfFragment,
  type FragmentRun,
  type RowBudget,
  type SampleDefaults,
} from "../isobmff/fragment-runs.js";
import { parseMoof } from "../isobmff/movie.js";
import {
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { boxAtPosition, type BoxSpan } from "../isobmff/scan.js";
import type { SeenHead } from "./seen.js";

/** The heads of a file's fragments, by track. */
export type Heads = ReadonlyMap<number, readonly SeenHead[]>;

/** A file whose fragments are read. */
export interface HeadSource {
  readonly file: FileHandle;
  readonly size: number;
  readonly name: string;
  readonly defaults: ReadonlyMap<number, SampleDefaults>;
}

/** After this many fragments other work gets its turn. */
const FRAGMENTS_A_TURN = 64;

/**
 * Reads the moofs at some places of a file.
 *
 * @throws PackError `input` when one cannot be read
 */
export async function headsAt(
  source: HeadSource,
  offsets: Iterable<number>,
): Promise<Heads> {
  const heads = new Map<number, SeenHead[]>();
  const budget = newBudget();
  let read = 0;
  for (const offset of offsets) {
    if (++read % FRAGMENTS_A_TURN === 0) await setImmediate();
    const span = await boxAtPosition(source.file, offset, source.size);
    for (const [trackId, head] of await headsIn(source, span, budget)) {
      const own = heads.get(trackId) ?? [];
      own.push(head);
      heads.set(trackId, own);
    }
  }
  return heads;
}

async function headsIn(
  { file, size, name, defaults }: HeadSource,
  span: BoxSpan,
  budget: RowBudget,
): Promise<Map<number, SeenHead>> {
  const moof = await parseMoof(file, span, size, name);
  const runs = runsOfFragment(moof, span.start, defaults, budget, name);
  const heads = new Map<number, SeenHead>();
  for (const traf of childBoxes(moof, "traf")) {
    const tfhd = childBox(traf, "tfhd");
    const trackId = tfhd ? numberField(tfhd, "track_id") : NaN;
    const own = runs.filter((run) => run.trackId === trackId);
    if (own.length > 0 && !heads.has(trackId))
      heads.set(trackId, headOf(traf, own, span.start));
  }
  return heads;
}

const TFXD = TFXD_UUID.replaceAll("-", "");
const PIFF_SENC = PIFF_SENC_UUID.replaceAll("-", "");

function headOf(
  traf: ParsedBox,
  runs: readonly FragmentRun[],
  offset: number,
): SeenHead {
  const [first] = runs;
  const tfxd = childBox(traf, TFXD);
  const senc = childBox(traf, "senc") ?? childBox(traf, PIFF_SENC);
  const { presented, decoded } = first ?? {};
  const firstOffset = first?.compositionOffset[0] ?? 0;
  return {
    offset,
    told:
      presented ??
      (decoded === undefined ? undefined : decoded + BigInt(firstOffset)),
    hasTfxd: tfxd !== undefined,
    isShort: tfxd !== undefined && numberField(tfxd, "version") !== 1,
    duration: sumOf(runs, ({ duration }) => duration),
    firstOffset,
    leastOffset: leastOf(runs),
    trunVersion: versionOf(traf),
    lacksSaiz: senc !== undefined && childBox(traf, "saiz") === undefined,
  };
}

function sumOf(
  runs: readonly FragmentRun[],
  column: (run: FragmentRun) => Uint32Array,
): number {
  return runs.reduce(
    (all, run) => all + column(run).reduce((sum, value) => sum + value, 0),
    0,
  );
}

function leastOf(runs: readonly FragmentRun[]): number {
  return runs.reduce(
    (least, run) =>
      run.compositionOffset.reduce((a, b) => Math.min(a, b), least),
    0,
  );
}

/** The lowest of its truns: signed offsets need version 1 in each. */
function versionOf(traf: ParsedBox): number {
  const versions = childBoxes(traf, "trun").map(
    ({ bytes, start, headerSize }) => bytes[start + headerSize] ?? 0,
  );
  return Math.min(1, ...versions);
}
