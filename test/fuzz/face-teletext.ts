import { PacketReader } from "../../src/captions/packet-reader.js";
import {
  fromTeletext,
  type SubStationPacket,
} from "../../src/captions/teletext.js";
import { answerOf } from "./caption-answer.js";
import type { Verdict } from "./face.js";
import { mutateCaptions } from "./mutate-captions.js";
import { sendPackets, type TimedBytes } from "./packets.js";
import type { Random } from "./random.js";

/** Pages as ffmpeg's decoder gives them, in SubStation; an empty one erases the page before. */
const PAGES = [
  "0,0,Teletext,,0,0,0,,{\\an2}Hello\\N{\\c&H00FFFF&}yellow and {\\c&HFFFFFF&}white",
  "1,0,Teletext,,0,0,0,,{\\an8}above,\\h with a comma\\N\\N",
  "2,0,Teletext,,0,0,0,,{\\c&H0000FF&} \\N{\\an5}{\\c&Hff0000&}1 < 2 & <i>three</i>",
  "3,0,Teletext,,0,0,0,,1\\N00:00:01,000 --> 00:00:02,000\\NNOTE",
  "4,0,Teletext,,0,0,0,,",
];

/** Pages of five seconds at most, a second apart. */
const SECOND = 10_000_000;

/** What is no page is passed over or shown as text. */
export async function faceTeletext(random: Random): Promise<Verdict> {
  const packets: SubStationPacket[] = [];
  const reader = new PacketReader((begin, bytes, duration) => {
    const text = bytes.toString("utf8");
    packets.push({ begin, end: begin + duration, text });
  });
  const length = 1 + random.below(15);
  const pages = Array.from({ length }, (_, i) => pageOf(i, random));
  sendPackets(reader, pages, random);
  return answerOf(Buffer.from(fromTeletext(packets)), "film.srt", {
    isExtracted: true,
  });
}

function pageOf(i: number, random: Random): TimedBytes {
  const text = Buffer.from(random.pick(PAGES));
  const isOdd = random.below(20) === 0;
  return {
    time: isOdd ? random.pick([0, -SECOND, 1e12, 2 ** 52]) : i * SECOND,
    duration: isOdd ? random.pick([0, -1, 2 ** 52]) : SECOND * random.below(6),
    bytes: random.below(3) === 0 ? mutateCaptions(text, random) : text,
  };
}
