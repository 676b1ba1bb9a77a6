import { readFileSync, writeFileSync } from "node:fs";
import { walkBoxes, type BoxNode } from "../../src/isobmff/box-tree.js";
import { editBoxes, fullBox, NOTHING } from "../../src/isobmff/box.js";
import { mfra, TFXD_UUID } from "../../src/isobmff/boxes/fragment.js";
import { concat, u32, u64, u8 } from "../../src/isobmff/bytes.js";

const TFXD = TFXD_UUID.replaceAll("-", "");

/** A file of fragments in parts, for tests that put them together in other makers' ways. */
export interface FilmFile {
  readonly ftyp: Uint8Array;
  readonly moov: Uint8Array;
  readonly fragments: readonly Fragment[];
}

export interface Fragment {
  readonly trackId: number;
  /** By its tfxd. */
  readonly time: bigint;
  readonly moof: Uint8Array;
  readonly mdat: Uint8Array;
}

/** Takes one of our own files apart. */
export function takeApart(path: string): FilmFile {
  const file = readFileSync(path);
  const bytesOf = ({ start, size }: BoxNode) =>
    new Uint8Array(file.subarray(start, start + size));
  const boxes = [...walkBoxes(file)];
  const top = (type: string) => {
    const node = boxes.find((one) => one.type === type);
    return node === undefined ? NOTHING : bytesOf(node);
  };
  const fragments = boxes.flatMap((node, i) => {
    const next = boxes[i + 1];
    if (node.type !== "moof" || next === undefined) return [];
    const moof = bytesOf(node);
    const tfxd = placeOf(moof, TFXD);
    const time = Buffer.from(moof).readBigInt64BE(tfxd + 12);
    return [{ trackId: 1, time, moof, mdat: bytesOf(next) }];
  });
  return { ftyp: top("ftyp"), moov: top("moov"), fragments };
}

/** How a file is put together. */
export interface Assembly {
  /** No mfra at the end. */
  readonly isIndexless?: boolean;
  /** Rows of 32 bits in the mfra. */
  readonly isShort?: boolean;
}

/** The bytes of a file: its fragments in the given order, with a table for each track. */
export function assemble(
  { ftyp, moov, fragments }: FilmFile,
  { isIndexless, isShort }: Assembly = {},
): Uint8Array {
  const parts = [ftyp, moov];
  let end = ftyp.length + moov.length;
  const rows = new Map<number, Uint8Array[]>();
  for (const { trackId, time, moof, mdat } of fragments) {
    const numbers = isShort
      ? u32(Number(time), end)
      : concat([timeBytes(time), u64(end)]);
    const own = rows.get(trackId) ?? [];
    rows.set(trackId, [...own, concat([numbers, u8(1, 1, 1)])]);
    parts.push(moof, mdat);
    end += moof.length + mdat.length;
  }
  const tables = [...rows].map(([trackId, own]) =>
    fullBox("tfra", isShort ? 0 : 1, 0, u32(trackId, 0, own.length), ...own),
  );
  return concat([...parts, ...(isIndexless ? [] : [mfra(...tables)])]);
}

function timeBytes(time: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(time);
  return bytes;
}

/** Changes one of our files in place. */
export function remake(
  path: string,
  change: (film: FilmFile) => FilmFile,
  assembly: Assembly = {},
): void {
  writeFileSync(path, assemble(change(takeApart(path)), assembly));
}

/** The same film with each fragment changed. */
export function eachFragment(
  change: (fragment: Fragment, i: number) => Fragment,
): (film: FilmFile) => FilmFile {
  return (film) => ({ ...film, fragments: film.fragments.map(change) });
}

/** Moves a fragment in time. */
export function later(by: bigint): (fragment: Fragment) => Fragment {
  return (fragment) => {
    const time = fragment.time + by;
    const moof = Buffer.from(fragment.moof);
    moof.writeBigInt64BE(time, placeOf(moof, TFXD) + 12);
    return { ...fragment, time, moof };
  };
}

/** Where the payload of a box begins in a moof or moov. */
export function placeOf(bytes: Uint8Array, type: string): number {
  const find = (nodes: Iterable<BoxNode>): BoxNode | undefined => {
    for (const node of nodes) {
      if (node.type === type || node.uuid === type) return node;
      const inside = find(node.children);
      if (inside !== undefined) return inside;
    }
    return undefined;
  };
  const node = find(walkBoxes(bytes));
  if (node === undefined) throw new Error(`no ${type}`);
  return node.start + node.headerSize - (node.type === "uuid" ? 8 : 0);
}

/** Edits the boxes of a moof, and moves the samples of its only trun accordingly. */
export function edited(
  fragment: Fragment,
  edit: Parameters<typeof editBoxes>[1],
): Fragment {
  const moof = Buffer.from(editBoxes(fragment.moof, edit));
  const at = placeOf(moof, "trun") + 8;
  const by = moof.length - fragment.moof.length;
  moof.writeInt32BE(moof.readInt32BE(at) + by, at);
  return { ...fragment, moof };
}

/** As on demand: times stand in the index and the client manifest alone. */
export function withoutTfxd(fragment: Fragment): Fragment {
  return edited(fragment, {
    replace: ({ uuid }) => (uuid === TFXD ? NOTHING : undefined),
  });
}

/** The fragment of another track, with another number in its file. */
export function renumbered(
  fragment: Fragment,
  trackId: number,
  sequence: number,
): Fragment {
  const moof = Buffer.from(fragment.moof);
  moof.writeUInt32BE(sequence, placeOf(moof, "mfhd") + 4);
  moof.writeUInt32BE(trackId, placeOf(moof, "tfhd") + 4);
  return { ...fragment, trackId, moof };
}

/** All tracks in one file, interleaved by time, their fragments counted together. */
export function together(films: readonly FilmFile[]): FilmFile {
  const [first] = films;
  if (first === undefined) throw new Error("no film");
  const all = films.flatMap(({ fragments }, i) =>
    fragments.map((fragment) => ({ ...fragment, trackId: i + 1 })),
  );
  const inOrder = all.sort((a, b) =>
    a.time === b.time ? a.trackId - b.trackId : a.time < b.time ? -1 : 1,
  );
  const fragments = inOrder.map((fragment, i) =>
    renumbered(fragment, fragment.trackId, i + 1),
  );
  return { ftyp: first.ftyp, moov: moovOf(films), fragments };
}

/** The boxes of all moovs, with a track ID for each. */
function moovOf(films: readonly FilmFile[]): Uint8Array {
  const boxesOf = (type: string) =>
    films.map(({ moov }, i) => {
      const bytes = Buffer.from(moov);
      const version = placeOf(bytes, "tkhd");
      bytes.writeUInt32BE(i + 1, version + (bytes[version] === 1 ? 20 : 12));
      bytes.writeUInt32BE(i + 1, placeOf(bytes, "trex") + 4);
      const at = placeOf(bytes, type) - 8;
      return bytes.subarray(at, at + bytes.readUInt32BE(at));
    });
  const [traks, trexs] = [boxesOf("trak"), boxesOf("trex")];
  const moov = films[0]?.moov ?? NOTHING;
  let isFirst = true;
  return editBoxes(moov, {
    replace({ type }) {
      if (type === "trak") return concat(traks);
      if (type !== "trex" || !isFirst) return undefined;
      isFirst = false;
      return concat(trexs);
    },
  });
}
