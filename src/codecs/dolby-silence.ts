import { checkBefore, checkOf } from "./dolby-frames.js";
import { KILOBITS } from "./dolby-config.js";

/** What shapes a frame of Dolby sound. */
export interface DolbyShape {
  /** fscod, acmod and lfeon. ETSI TS 102 366 4.4.1.3, 4.4.2.3, 4.4.2.7 */
  readonly rateCode: number;
  readonly mode: number;
  readonly lfe: number;
  /** Bits per second. */
  readonly bitrate: number;
  /** Bytes of a frame. */
  readonly bytes: number;
}

/** Bits of a frame, written from its front. */
type Put = (value: number, width: number) => void;

/**
 * A frame of AC-3 in which nothing is coded: with signal-to-noise offsets of 0 no
 * mantissa has bits, and without dither a decoder puts zeros there. ETSI TS 102 366 4.3
 */
export function silentAc3(shape: DolbyShape): Uint8Array {
  const { rateCode, mode, lfe, bitrate, bytes } = shape;
  const frame = written(bytes, (put) => {
    put(SYNC_WORD, 16);
    put(0, 16); // crc1, set below
    put(rateCode, 2);
    put(2 * KILOBITS.indexOf(bitrate / 1000), 6); // frmsizecod
    put(8, 5); // bsid
    put(0, 3); // bsmod: the whole programme
    put(mode, 3);
    if ((mode & 1) === 1 && mode !== 1) put(0, 2); // cmixlev
    if ((mode & 4) === 4) put(0, 2); // surmixlev
    if (mode === 2) put(0, 2); // dsurmod
    put(lfe, 1);
    for (let i = 0; i < (mode === 0 ? 2 : 1); i++) {
      put(LOUDEST, 5); // dialnorm
      put(0, 3); // compre, langcode, audprodie
    }
    put(0, 5); // copyrightb, origbs, timecod1e, timecod2e, addbsie
    for (let block = 0; block < BLOCKS; block++) ac3Block(put, block, shape);
  });
  // The first check covers the first 5/8 of the frame, in whole words. 6.1.8
  const words = bytes / 2;
  const middle = 2 * ((words >> 1) + (words >> 3));
  putWord(frame, 2, checkBefore(frame.subarray(4, middle)));
  putWord(frame, bytes - 2, checkOf(frame.subarray(middle, bytes - 2)));
  return frame;
}

/** ETSI TS 102 366 4.3.3: all is told in the first block, and said again by the others. */
function ac3Block(put: Put, block: number, { mode, lfe }: DolbyShape): void {
  const isFirst = block === 0;
  const channels = channelsOf(mode);
  put(0, 2 * channels); // blksw, dithflag
  put(0, mode === 0 ? 2 : 1); // dynrnge
  put(isFirst ? 0b10 : 0, isFirst ? 2 : 1); // cplstre, cplinu
  if (mode === 2) put(isFirst ? 0b10000 : 0, isFirst ? 5 : 1); // rematstr, rematflg
  for (let i = 0; i < channels; i++) put(isFirst ? EXPONENTS_BY_4 : 0, 2);
  if (lfe) put(isFirst ? 1 : 0, 1); // lfeexpstr
  if (isFirst) {
    exponents(put, channels, lfe);
    put(0b1 << 11, 12); // baie and its five codes
    put(0b1 << 6, 7); // snroffste, csnroffst
    put(0, 7 * (channels + lfe)); // fsnroffst and fgaincod of each
  } else put(0, 2); // baie, snroffste
  put(0, 2); // deltbaie, skiple
}

/**
 * A frame of E-AC-3 in which nothing is coded, in the same way: one independent
 * substream of six blocks. ETSI TS 102 366 E.1.2
 */
export function silentEac3(shape: DolbyShape): Uint8Array {
  const { rateCode, mode, lfe, bytes } = shape;
  const frame = written(bytes, (put) => {
    put(SYNC_WORD, 16);
    put(0, 5); // strmtyp, substreamid
    put(bytes / 2 - 1, 11); // frmsiz
    put(rateCode, 2);
    put(3, 2); // numblkscod: six
    put(mode, 3);
    put(lfe, 1);
    put(16, 5); // bsid
    for (let i = 0; i < (mode === 0 ? 2 : 1); i++) put(LOUDEST << 1, 6); // dialnorm, compre
    put(0, 3); // mixmdate, infomdate, addbsie
    eac3Frame(put, shape);
    for (let block = 0; block < BLOCKS; block++) eac3Block(put, block, shape);
  });
  putWord(frame, bytes - 2, checkOf(frame.subarray(2, bytes - 2)));
  return frame;
}

/** audfrm. E.1.2.3 */
function eac3Frame(put: Put, { mode, lfe }: DolbyShape): void {
  const channels = channelsOf(mode);
  put(0b10, 2); // expstre: of each block; ahte
  put(0, 2); // snroffststr: of the frame
  put(0b001, 3); // transproce, blkswe, dithflage
  put(0, 5); // bamode, frmfgaincode, dbaflde, skipflde, spxattene
  if (mode > 1) put(0, BLOCKS); // cplinu of the first block, cplstre of the others
  for (let block = 0; block < BLOCKS; block++)
    for (let i = 0; i < channels; i++) put(block === 0 ? EXPONENTS_BY_4 : 0, 2); // chexpstr
  if (lfe) put(0b100000, BLOCKS); // lfeexpstr
  put(0, 5 * channels); // convexpstr
  put(0, 10); // frmcsnroffst, frmfsnroffst
  put(0, 1); // blkstrtinfoe
}

/** audblk. E.1.2.4 */
function eac3Block(put: Put, block: number, { mode, lfe }: DolbyShape): void {
  const isFirst = block === 0;
  const channels = channelsOf(mode);
  put(0, channels); // dithflag
  put(0, mode === 0 ? 2 : 1); // dynrnge
  put(0, 1); // spxinu, later spxstre
  if (mode === 2) put(0, isFirst ? 4 : 1); // rematflg, later rematstr
  if (isFirst) exponents(put, channels, lfe);
  put(0, 1); // convsnroffste
}

/** chbwcod of each channel, then exponents that are all alike. 4.3.3, 6.1.3 */
function exponents(put: Put, channels: number, lfe: number): void {
  put(0, 6 * channels); // chbwcod: 73 coefficients
  for (let i = 0; i < channels; i++) {
    put(15, 4);
    for (let group = 0; group < 6; group++) put(NO_CHANGE, 7);
    put(0, 2); // gainrng
  }
  if (!lfe) return;
  put(15, 4);
  for (let group = 0; group < 2; group++) put(NO_CHANGE, 7);
}

const SYNC_WORD = 0x0b77;
const BLOCKS = 6;

/** dialnorm of -31 dB: a decoder changes no loudness. */
const LOUDEST = 31;

/** D45: an exponent for four coefficients. Table 4.6 */
const EXPONENTS_BY_4 = 3;

/** Three differences of 0 between exponents. 6.1.3 */
const NO_CHANGE = 62;

/** By acmod, without the bass. Table 4.3 */
function channelsOf(mode: number): number {
  return [2, 1, 2, 3, 3, 4, 4, 5][mode] ?? 0;
}

/** @throws RangeError when a frame of that size cannot hold it */
function written(bytes: number, write: (put: Put) => void): Uint8Array {
  const frame = new Uint8Array(bytes);
  let at = 0;
  write((value, width) => {
    for (let i = width - 1; i >= 0; i--, at++) {
      const bit = i < 31 ? (value >> i) & 1 : 0;
      frame[at >> 3] = (frame[at >> 3] ?? 0) | (bit << (7 - (at & 7)));
    }
  });
  if (at > 8 * bytes - END_BITS) throw new RangeError("frame too small");
  return frame;
}

/** auxdatae, crcrsv or encinfo, crc2. */
const END_BITS = 18;

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >> 8;
  bytes[at + 1] = word & 0xff;
}
