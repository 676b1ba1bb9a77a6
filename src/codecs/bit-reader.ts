/** Reads a parameter set bit by bit. ISO/IEC 14496-10 7.2, 9.1 */
export interface BitReader {
  /** u(n), up to 32 bits. */
  bits(count: number): number;
  flag(): boolean;
  /** ue(v) */
  unsigned(): number;
  /** se(v) */
  signed(): number;
}

/**
 * @param unit a NAL unit with its header, as it lies in the file
 * @returns a reader behind the header; it throws a RangeError at the end
 */
export function bitReader(unit: Uint8Array): BitReader {
  const bytes = withoutEmulation(unit.subarray(1));
  let at = 0;
  const bit = () => {
    const byte = bytes[at >> 3];
    if (byte === undefined) throw new RangeError("is cut off");
    return (byte >> (7 - (at++ & 7))) & 1;
  };
  const bits = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + bit();
    return value;
  };
  const unsigned = () => {
    let zeros = 0;
    while (bit() === 0)
      if (++zeros > 32) throw new RangeError("has a number without end");
    return 2 ** zeros - 1 + bits(zeros);
  };
  return {
    bits,
    unsigned,
    flag: () => bit() === 1,
    signed: () => {
      const code = unsigned();
      return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
    },
  };
}

/** The 3 of 00 00 03 is no part of the content. 7.3.1 */
function withoutEmulation(bytes: Uint8Array): Uint8Array {
  let zeros = 0;
  return bytes.filter((byte) => {
    const isEmulation = zeros >= 2 && byte === 3;
    zeros = byte === 0 ? zeros + 1 : 0;
    return !isEmulation;
  });
}
