import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { PAIR_SECONDS, type CaptionFields } from "./cea608.js";
import { dvdPairs, shownBefore } from "./dvd-captions.js";
import { packetOutputs, PacketReader } from "./packet-reader.js";

/** A stream that may carry the fields of CEA-608. */
export interface FieldStream {
  /** ffmpeg's index. */
  readonly index: number;
  readonly codec: string;
}

/** How ffmpeg gives the fields of a stream, and where they are in its packets. */
interface FieldForm {
  /** ffmpeg's options for the stream. */
  readonly options: readonly string[];
  readonly add: (fields: CaptionFields, time: Ticks, packet: Buffer) => void;
}

/** User data of the USA by ATSC, which MPEG-2 leaves out. ANSI/SCTE 128-1, 8.1 */
const ATSC = [0xb5, 0x00, 0x31];

/** By ffmpeg's names of codecs, the first that has captions counts. To add one: a row. */
const FORMS: ReadonlyMap<string, FieldForm> = new Map([
  // SEI messages alone. ISO/IEC 14496-10 table 7-1
  ["h264", ofUnits("6", (unit) => unit)],
  // The same messages behind a header of two bytes. ISO/IEC 23008-2 table 7-1
  ["hevc", ofUnits("39|40", (unit) => Buffer.concat([SEI, unit.subarray(2)]))],
  ["mpeg2video", { options: passing("0|178"), add: addMpeg2 }],
  // The samples of a caption track of QuickTime, as ffmpeg gives them
  [
    "eia_608",
    {
      options: ["-c:s", "copy"],
      add: (fields, time, packet) => fields.addPairs(time, packet),
    },
  ],
]);

export function hasFields({ codec }: { readonly codec: string }): boolean {
  return FORMS.has(codec);
}

/** @param types of the units that ffmpeg lets through */
function ofUnits(types: string, toSei: (unit: Buffer) => Buffer): FieldForm {
  return {
    options: passing(types),
    add: (fields, time, packet) =>
      addSei(fields, time, unitsOf(packet).map(toSei)),
  };
}

function passing(types: string): string[] {
  return [
    ...["-c:v", "copy", "-bsf:v", `filter_units=pass_types=${types}`],
    // A caption may begin before the first key frame.
    "-copyinkf",
  ];
}

function addSei(fields: CaptionFields, time: Ticks, units: readonly Buffer[]) {
  fields.add({ time, bytes: Buffer.concat(units.flatMap(withLength)) });
}

/** The type of user data among the units of MPEG-2; a byte behind it says what follows. ISO/IEC 13818-2 6.2.2.2 */
const USER_DATA = 0xb2;

/** Captions of a picture, or those of a DVD for all pictures of a group. */
function addMpeg2(fields: CaptionFields, time: Ticks, packet: Buffer): void {
  const units = unitsOf(packet);
  const before = shownBefore(units) * PAIR_SECONDS * SMOOTH_TIMESCALE;
  const sei: Buffer[] = [];
  for (const unit of units) {
    if (unit[0] !== USER_DATA) continue;
    const pairs = dvdPairs(unit.subarray(1));
    if (pairs === undefined) sei.push(seiOf(unit.subarray(1)));
    else fields.addDvd(time - Math.round(before), pairs);
  }
  addSei(fields, time, sei);
}

/** The header of a unit of SEI messages in H.264. */
const SEI = Buffer.from([6]);

/** A message of registered user data. ISO/IEC 14496-10 7.3.2.3.1, D.1.6 */
function seiOf(userData: Buffer): Buffer {
  const payload = Buffer.concat([Buffer.from(ATSC), userData]);
  const { length } = payload;
  const size = [
    ...Array<number>(Math.floor(length / 255)).fill(255),
    length % 255,
  ];
  return Buffer.concat([
    SEI,
    Buffer.from([4, ...size]),
    payload,
    Buffer.from([0x80]),
  ]);
}

function withLength(unit: Buffer): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(unit.length);
  return [length, unit];
}

/** ISO/IEC 14496-10 annex B, ISO/IEC 13818-2 5.2.3 */
function unitsOf(packet: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let begin = afterStartCode(packet, 0);
  while (begin >= 0) {
    const next = afterStartCode(packet, begin);
    const end = next < 0 ? packet.length : next - START_CODE.length;
    units.push(packet.subarray(begin, end));
    begin = next;
  }
  return units;
}

const START_CODE = Buffer.from([0, 0, 1]);

function afterStartCode(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(START_CODE, from);
  return at < 0 ? -1 : at + START_CODE.length;
}

/** Reads the fields of one stream out of two outputs of ffmpeg. */
export class FieldReader {
  readonly packets: PacketReader;
  readonly #form: FieldForm | undefined;

  constructor(
    { codec }: FieldStream,
    clock: (time: Ticks) => Ticks,
    fields: CaptionFields,
  ) {
    this.#form = FORMS.get(codec);
    this.packets = new PacketReader((time, packet) =>
      this.#form?.add(fields, clock(time), packet),
    );
  }

  /** ffmpeg's options for both outputs. */
  get outputOptions(): readonly string[][] {
    return packetOutputs(this.#form?.options ?? []);
  }
}
