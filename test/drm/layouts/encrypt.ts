import { createCipheriv } from "node:crypto";
import { box, only, readBoxes, uuidBox, withChildren, words } from "./boxes.js";
import type { SourceSample, SourceTrack } from "./source.js";

/** How a maker encrypted a file. PIFF 1.1 5.3 */
export interface Encryption {
  readonly kid: Buffer;
  readonly key: Buffer;
  /** Bytes of a vector; left out: 8. */
  readonly ivSize?: 8 | 16;
  /** The same algorithm and key again in each senc, by its flag 1. */
  readonly override?: boolean;
  /** The first fragments are in the clear, by an override or by a senc of no samples. */
  readonly clearLead?: "override" | "empty";
}

const TENC = "8974dbce7be74c5184f97148f9882554";
const SENC = "a2394f525a9b4f14a2446c427c648df4";
const PSSH = "d08a4f1810f34a82b6c832d8aba183d3";
const PLAYREADY = "9a04f07998404286ab92e65be0885f95";

/** AlgorithmID 1, which is AES-CTR, the size of vectors, and the key ID. */
const parameters = ({ kid, ivSize = 8 }: Encryption) =>
  Buffer.concat([Buffer.from([0, 0, 1, ivSize]), kid]);

export function piffPssh(header: Buffer): Buffer {
  const system = Buffer.from(PLAYREADY, "hex");
  return uuidBox(PSSH, words(0), system, words(header.length), header);
}

/** A trak whose sample entry is encrypted. */
export function encryptedTrak(
  { trak, kind }: SourceTrack,
  encryption: Encryption,
): Buffer {
  const path = ["mdia", "minf", "stbl"];
  const change = (bytes: Buffer, names: readonly string[]): Buffer => {
    const [name, ...inner] = names;
    const [outer] = readBoxes(bytes);
    if (outer === undefined) throw new Error("no box");
    return withChildren(outer, (children) =>
      children.map((child) => {
        if (child.type === "stsd" && name === undefined)
          return box(
            "stsd",
            child.body.subarray(0, 8),
            encryptedEntry(child.body.subarray(8), kind, encryption),
          );
        return child.type === name ? change(child.bytes, inner) : child.bytes;
      }),
    );
  };
  return change(trak, path);
}

function encryptedEntry(
  entry: Buffer,
  kind: SourceTrack["kind"],
  encryption: Encryption,
): Buffer {
  const schm = [words(0), Buffer.from("piff"), words(0x00010001)];
  const tenc = uuidBox(TENC, words(0), parameters(encryption));
  return box(
    kind === "video" ? "encv" : "enca",
    entry.subarray(8),
    box(
      "sinf",
      box("frma", entry.subarray(4, 8)),
      box("schm", ...schm),
      box("schi", tenc),
    ),
  );
}

/** Encrypted samples, and the senc that tells how. */
export function encryptSamples(
  samples: readonly SourceSample[],
  { kind }: SourceTrack,
  encryption: Encryption,
  firstIv: bigint,
  isLead: boolean,
): { samples: Buffer[]; senc: Buffer } {
  if (isLead && encryption.clearLead)
    return {
      samples: samples.map(({ bytes }) => bytes),
      senc: clearSenc(encryption, samples.length),
    };
  const rows: Buffer[] = [];
  const stored = samples.map(({ bytes }, i) => {
    const counter = Buffer.alloc(16);
    counter.writeBigUInt64BE(firstIv + BigInt(i));
    const iv = counter.subarray(0, encryption.ivSize ?? 8);
    const cipher = createCipheriv("aes-128-ctr", encryption.key, counter);
    if (kind === "audio") {
      rows.push(iv);
      return cipher.update(bytes);
    }
    const units = unitsOf(bytes);
    const row = Buffer.alloc(2 + 6 * units.length);
    row.writeUInt16BE(units.length);
    const parts = units.map((unit, k) => {
      row.writeUInt16BE(UNIT_HEAD, 2 + 6 * k);
      row.writeUInt32BE(unit.length - UNIT_HEAD, 4 + 6 * k);
      const hidden = cipher.update(unit.subarray(UNIT_HEAD));
      return Buffer.concat([unit.subarray(0, UNIT_HEAD), hidden]);
    });
    rows.push(Buffer.concat([iv, row]));
    return Buffer.concat(parts);
  });
  const flags = (kind === "video" ? 2 : 0) | (encryption.override ? 1 : 0);
  const override = encryption.override ? [parameters(encryption)] : [];
  const count = words(samples.length);
  const senc = uuidBox(SENC, words(flags), ...override, count, ...rows);
  return { samples: stored, senc };
}

/** Microsoft's encoders left length and header of each unit in the clear, and nothing else. */
const UNIT_HEAD = 5;

function unitsOf(sample: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at < sample.length;) {
    const end = at + 4 + sample.readUInt32BE(at);
    units.push(sample.subarray(at, end));
    at = end;
  }
  return units;
}

/** AlgorithmID 0 is none; so is a senc of no samples, for ExoPlayer. */
function clearSenc({ clearLead, kid }: Encryption, count: number): Buffer {
  if (clearLead === "empty") return uuidBox(SENC, words(0, 0));
  const none = Buffer.concat([Buffer.from([0, 0, 0, 0]), kid]);
  return uuidBox(SENC, words(1), none, words(count), Buffer.alloc(8 * count));
}

/** The track in this trak, under another number. */
export function numbered(trak: Buffer, trackId: number): Buffer {
  const copy = Buffer.from(trak);
  const tkhd = only(readBoxes(copy.subarray(8)), "tkhd").body;
  tkhd.writeUInt32BE(trackId, tkhd[0] === 1 ? 20 : 12);
  return copy;
}
