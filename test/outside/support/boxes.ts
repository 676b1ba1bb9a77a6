/** Where the fragments of one track begin in its file: fragment time -> offset of its moof. */
export type FragmentIndex = ReadonlyMap<number, number>;

/** Reads the index at the end of a track file, as an origin does. ISO/IEC 14496-12 8.8.9 to 8.8.11 */
export function readFragmentIndex(
  file: Buffer,
  trackId: number,
): FragmentIndex {
  const mfro = file.subarray(-16);
  if (boxType(mfro) !== "mfro")
    throw new Error("the file does not end with mfro");
  const mfra = file.subarray(-mfro.readUInt32BE(12));
  if (boxType(mfra) !== "mfra")
    throw new Error("mfro does not lead to an mfra");
  for (const box of boxesIn(mfra.subarray(8))) {
    if (boxType(box) === "tfra" && box.readUInt32BE(12) === trackId)
      return new Map(tfraEntries(box));
  }
  throw new Error(`no tfra for track ${trackId}`);
}

/** A moof and the mdat behind it: a fragment as it goes over the wire. */
export function fragmentAt(file: Buffer, offset: number): Buffer {
  const [moof, mdat] = boxesIn(file.subarray(offset));
  if (moof === undefined || boxType(moof) !== "moof")
    throw new Error(`no moof at offset ${offset}`);
  if (mdat === undefined || boxType(mdat) !== "mdat")
    throw new Error(`no mdat behind the moof at offset ${offset}`);
  return file.subarray(offset, offset + moof.length + mdat.length);
}

function* boxesIn(bytes: Buffer): Generator<Buffer> {
  for (let at = 0, size = 0; at < bytes.length; at += size) {
    size = bytes.readUInt32BE(at);
    if (size < 8) throw new Error(`a box of ${size} bytes`);
    yield bytes.subarray(at, at + size);
  }
}

/** Fields of 64 bits in version 1; three numbers behind them, of 1 to 4 bytes each. 8.8.10.2 */
function* tfraEntries(tfra: Buffer): Generator<[number, number]> {
  const isLong = tfra.readUInt8(8) === 1;
  const lengths = tfra.readUInt32BE(16);
  const numbers =
    3 + ((lengths >> 4) & 3) + ((lengths >> 2) & 3) + (lengths & 3);
  const step = (isLong ? 16 : 8) + numbers;
  const end = 24 + step * tfra.readUInt32BE(20);
  for (let at = 24; at < end; at += step) {
    yield isLong
      ? [Number(tfra.readBigUInt64BE(at)), Number(tfra.readBigUInt64BE(at + 8))]
      : [tfra.readUInt32BE(at), tfra.readUInt32BE(at + 4)];
  }
}

function boxType(box: Buffer): string {
  return box.toString("latin1", 4, 8);
}
