/** x^16 + x^15 + x^2 + 1. ETSI TS 102 366 6.1.7 */
const POLYNOMIAL = 0x8005;

/** What a byte does to the check word. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let check = byte << 8;
  for (let i = 0; i < 8; i++)
    check = ((check << 1) & 0xffff) ^ (check & 0x8000 ? POLYNOMIAL : 0);
  return check;
});

/** The check word (CRC) behind these bytes; 0 behind bytes that end with their own. */
export function checkOf(bytes: Uint8Array): number {
  let check = 0;
  for (const byte of bytes)
    check = ((check << 8) & 0xffff) ^ (TABLE[(check >> 8) ^ byte] ?? 0);
  return check;
}

/** The check word before these bytes, with which all together come out as 0: the same work, backwards. */
export function checkBefore(bytes: Uint8Array): number {
  let check = 0;
  const back = (bit: number) => {
    const isOut = check & 1;
    check = (isOut ? check ^ POLYNOMIAL : check) >> 1;
    check |= (isOut ^ bit) << 15;
  };
  for (const byte of [...bytes].reverse())
    for (let i = 0; i < 8; i++) back((byte >> i) & 1);
  for (let i = 0; i < 16; i++) back(0);
  return check;
}
