/** Subtitles small enough to be written by hand. */

export function subRip(): string {
  return "1\n00:00:00,500 --> 00:00:01,500\nHello\n";
}

/** A Blu-ray subtitle stream (.sup) that shows nothing: a composition without objects, and its end. */
export function presentationGraphics(): Buffer {
  const composition = Buffer.from([
    // 320x180, rate code of 25 fps, number 0, start of an epoch, no palette update, no objects
    ...[0x01, 0x40, 0x00, 0xb4, 0x30, 0x00, 0x00, 0x80, 0x00, 0x00, 0x00],
  ]);
  return Buffer.concat([
    segment(0x16, composition),
    segment(0x80, Buffer.alloc(0)),
  ]);
}

function segment(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.write("PG", 0, "latin1");
  header.writeUInt32BE(90_000, 2);
  header.writeUInt8(type, 10);
  header.writeUInt16BE(payload.length, 11);
  return Buffer.concat([header, payload]);
}
