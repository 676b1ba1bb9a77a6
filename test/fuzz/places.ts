/** Where a box lies in a file. */
export interface Place {
  readonly start: number;
  /** What the box claims, cut at the end of the file. */
  readonly size: number;
  /** Where the boxes around it begin. */
  readonly parents: readonly number[];
}

/** Boxes that hold boxes, and how many bytes stand before these. */
const HEADS: ReadonlyMap<string, number> = new Map([
  ...[
    ...["moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex"],
    ...["udta", "moof", "traf", "mfra"],
  ].map((type) => [type, 8] as const),
  ...([
    ["stsd", 16],
    ["dref", 16],
    ["meta", 12],
    ["avc1", 86],
    ["mp4a", 36],
  ] as const),
]);

/**
 * All boxes of a file, at whatever depth. A walk of the fuzzer's own: what it
 * tries to break is no help to it. Gives one place at least.
 */
export function boxesOf(bytes: Buffer): Place[] {
  const places: Place[] = [];
  collect(bytes, 0, bytes.length, [], places);
  return places.length > 0
    ? places
    : [{ start: 0, size: bytes.length, parents: [] }];
}

function collect(
  bytes: Buffer,
  begin: number,
  end: number,
  parents: readonly number[],
  places: Place[],
): void {
  for (let at = begin; at + 8 <= end && places.length < 2000;) {
    const claimed = bytes.readUInt32BE(at);
    if (claimed < 8) return;
    const size = Math.min(claimed, end - at);
    places.push({ start: at, size, parents });
    const head = HEADS.get(bytes.toString("latin1", at + 4, at + 8));
    if (head !== undefined && parents.length < 12)
      collect(bytes, at + head, at + size, [...parents, at], places);
    at += size;
  }
}

/** Adds to the sizes of boxes around a place. */
export function enlarge(
  bytes: Buffer,
  parents: readonly number[],
  difference: number,
): void {
  for (const start of parents)
    bytes.writeUInt32BE((bytes.readUInt32BE(start) + difference) >>> 0, start);
}
