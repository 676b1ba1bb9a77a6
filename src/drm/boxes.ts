import {
  commonPssh,
  IV_SIZE,
  protectedEntry,
  saio,
  saiz,
  sinf,
} from "../isobmff/boxes/protection.js";
import { viewOf } from "../isobmff/bytes.js";
import { at, type StreamKind } from "../media/track.js";
import { BOX_STYLES } from "./box-style.js";
import {
  isKept,
  ivOf,
  type EncryptedSamples,
  type KeptEncryption,
  type Protection,
  type SubsampleTable,
} from "./protected-samples.js";

/** A run of samples: the first, and the one after the last. */
export interface SampleSpan {
  readonly firstSample: number;
  readonly endSample: number;
}

/** Sample entries of encrypted tracks. ISO/IEC 14496-12 8.12 */
const ENTRIES = { video: "encv", audio: "enca", text: "enct" } as const;

/** Turns a clear sample entry into a protected one with its protection. ISO/IEC 14496-12 8.12 */
export function protectEntry(
  entry: Uint8Array,
  kind: StreamKind,
  {
    encryption,
    kid,
    ivSize,
  }: Pick<Protection, "encryption" | "kid"> & { readonly ivSize?: number },
): Uint8Array {
  const { scheme, version, tenc } = BOX_STYLES[encryption];
  const type = ENTRIES[kind];
  const parameters = tenc(kid, ivSize);
  return protectedEntry(type, entry, sinf(entry, scheme, version, parameters));
}

/** The system's box in the moov, for clients that read the file without a manifest. */
export function systemBox({
  encryption,
  systemId,
  data,
}: Protection): Uint8Array {
  return BOX_STYLES[encryption].pssh(systemId, data);
}

/** The same for samples that stay encrypted, and the key's ID for players that ask no licence system. */
export function keptSystemBoxes({ header, kid }: KeptEncryption): Uint8Array[] {
  const { systemId, data } = header;
  return [BOX_STYLES.cenc.pssh(systemId, data), commonPssh(kid)];
}

/**
 * The boxes of a protected fragment: senc, then saiz and saio, which describe it. Without those
 * two Kodi adds an empty senc and uses it instead.
 *
 * @param offset from the first byte of the moof to the first byte of the senc
 */
export function fragmentBoxes(
  samples: EncryptedSamples,
  span: SampleSpan,
  offset: number,
): Uint8Array[] {
  const { senc, sencHead } = BOX_STYLES[samples.encryption];
  const { subsamples } = samples;
  const count = span.endSample - span.firstSample;
  const rows = sencRows(samples, span);
  return [
    senc({ count, rows, hasSubsamples: subsamples !== undefined }),
    saiz(
      subsamples ? rowSizes(samples, span) : { count, size: ivSizeOf(samples) },
    ),
    saio(offset + sencHead),
  ];
}

/** The size of these boxes, without building them: fragments get their positions before any byte is written. */
export function fragmentBoxesSize(
  samples: EncryptedSamples,
  { firstSample, endSample }: SampleSpan,
): number {
  const { encryption, subsamples } = samples;
  const count = endSample - firstSample;
  const rows = ivSizeOf(samples) * count;
  const fixed = BOX_STYLES[encryption].sencHead + SAIZ_HEAD + SAIO_SIZE + rows;
  if (subsamples === undefined) return fixed;
  const entries =
    at(subsamples.first, endSample) - at(subsamples.first, firstSample);
  return fixed + COUNT_SIZE * count + ENTRY_SIZE * entries + count;
}

const SAIZ_HEAD = 17;
const SAIO_SIZE = 20;

/** The number of subsamples of a sample, and each of them. ISO/IEC 23001-7 7.2 */
const COUNT_SIZE = 2;
const ENTRY_SIZE = 6;

function ivSizeOf(samples: EncryptedSamples): number {
  return isKept(samples) ? samples.ivSize : IV_SIZE;
}

function sencRows(samples: EncryptedSamples, span: SampleSpan): Uint8Array {
  const { subsamples } = samples;
  const { firstSample, endSample } = span;
  const ivSize = ivSizeOf(samples);
  let size = ivSize * (endSample - firstSample);
  if (subsamples)
    size = rowSizes(samples, span).reduce((sum, bytes) => sum + bytes, 0);
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  let row = 0;
  for (let i = firstSample; i < endSample; i++) {
    if (isKept(samples))
      bytes.set(samples.vectors.subarray(i * ivSize, (i + 1) * ivSize), row);
    else view.setBigUint64(row, ivOf(samples, i));
    row += ivSize;
    if (subsamples) row = putSubsamples(view, row, subsamples, i);
  }
  return bytes;
}

function putSubsamples(
  view: DataView,
  row: number,
  { first, clear, encrypted }: SubsampleTable,
  i: number,
): number {
  const [from, to] = [at(first, i), at(first, i + 1)];
  view.setUint16(row, to - from);
  row += COUNT_SIZE;
  for (let k = from; k < to; k++, row += ENTRY_SIZE) {
    view.setUint16(row, at(clear, k));
    view.setUint32(row + 2, at(encrypted, k));
  }
  return row;
}

/** Of samples with subsamples. */
function rowSizes(
  samples: EncryptedSamples,
  { firstSample, endSample }: SampleSpan,
): Uint8Array {
  const first = samples.subsamples?.first ?? new Uint32Array();
  return Uint8Array.from({ length: endSample - firstSample }, (_, k) => {
    const entries = at(first, firstSample + k + 1) - at(first, firstSample + k);
    return ivSizeOf(samples) + COUNT_SIZE + ENTRY_SIZE * entries;
  });
}
