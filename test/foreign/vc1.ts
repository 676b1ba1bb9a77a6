import { box } from "../drm/layouts/boxes.js";

/** Bits, the first one first. */
class Bits {
  #text = "";

  put(value: number, width: number): this {
    return this.code(value.toString(2).padStart(width, "0"));
  }

  code(bits: string): this {
    this.#text += bits;
    return this;
  }

  /** With the closing 1 of SMPTE 421M annex E, behind a start code. */
  unit(type: number): Buffer {
    const bits = `${this.#text}1`;
    const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
    const payload = bytes.match(/.{8}/g) ?? [];
    return Buffer.from([
      0,
      0,
      1,
      type,
      ...payload.map((one) => parseInt(one, 2)),
    ]);
  }
}

const UNIT = { sequence: 0x0f, entryPoint: 0x0e, frame: 0x0d } as const;

/** Sequence header and entry point of the advanced profile: the CodecPrivateData of WVC1. SMPTE 421M 6.1, 6.2 */
export function vc1Headers(width: number, height: number): Buffer {
  const sequence = new Bits()
    .put(3, 2) // advanced profile
    .put(1, 3) // level 1
    .put(1, 2) // 4:2:0
    .put(0, 3 + 5 + 1) // rates for post-processing
    .put(width / 2 - 1, 12)
    .put(height / 2 - 1, 12)
    .put(0, 4) // no pulldown, interlace, counter or interpolation
    .put(1, 1) // reserved
    .put(0, 3); // no segmented frames, display extension or HRD
  const entryPoint = new Bits()
    .put(0b01, 2) // closed
    .put(0, 4) // no pan-scan, reference distance, loop filter or fast chroma
    .put(0, 1 + 2 + 1 + 1) // no extended vectors, DQUANT, variable transform or overlap
    .put(3, 2) // uniform quantizer
    .put(0, 3); // no other size, no range mapping
  return Buffer.concat([
    sequence.unit(UNIT.sequence),
    entryPoint.unit(UNIT.entryPoint),
  ]);
}

/** An intra picture of one colour: no block has a coefficient. SMPTE 421M 7.1.1, 8.1 */
export function vc1KeyPicture(width: number, height: number): Buffer {
  const bits = new Bits()
    .code("110") // I
    .put(0, 1) // rounding
    .put(4, 5) // PQINDEX
    .put(0, 1) // HALFQP
    .put(0, 1) // the bit plane of AC prediction is not inverted,
    .code("0000") // and raw
    .code("0") // tables of AC coefficients
    .code("0")
    .put(0, 1); // and of DC
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  // No coefficients, no AC prediction, four luma and two chroma blocks without difference.
  for (let i = 0; i < blocks; i++) bits.code("1").code("0").code("11110000");
  return bits.unit(UNIT.frame);
}

/** The picture before once more. SMPTE 421M 7.1.1.4 */
export function vc1SkippedPicture(): Buffer {
  return new Bits().code("1111").unit(UNIT.frame);
}

/** The sample entry of VC-1 in MP4: its dvc1 has the headers. SMPTE RP 2025 */
export function vc1Entry(width: number, height: number): Buffer {
  const fields = Buffer.alloc(78);
  fields.writeUInt16BE(1, 6);
  fields.writeUInt16BE(width, 24);
  fields.writeUInt16BE(height, 26);
  fields.writeUInt32BE(0x00480000, 28);
  fields.writeUInt32BE(0x00480000, 32);
  fields.writeUInt16BE(1, 40);
  fields.writeUInt16BE(24, 74);
  fields.writeInt16BE(-1, 76);
  const profile = Buffer.from([0xc2, 0x20, 0x1f, 0, 0, 0, 25]);
  const config = Buffer.concat([profile, vc1Headers(width, height)]);
  return box("vc-1", fields, box("dvc1", config));
}
