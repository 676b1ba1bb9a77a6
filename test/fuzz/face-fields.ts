import { CaptionFields, CHANNELS } from "../../src/captions/cea608.js";
import { FieldReader } from "../../src/captions/field-stream.js";
import { toWebVtt } from "../../src/captions/write-web-vtt.js";
import { answerOf } from "./caption-answer.js";
import type { Verdict } from "./face.js";
import { mutateFields, type FieldCodec } from "./mutate-fields.js";
import { sendPackets } from "./packets.js";
import type { Random } from "./random.js";

/**
 * CEA-608 in the packets of a damaged film, as ffmpeg gives them: what is no message is passed over, and a
 * channel without captions is told when the film is planned.
 */
export async function faceFields(
  codec: FieldCodec,
  random: Random,
): Promise<Verdict> {
  const fields = await CaptionFields.open();
  const { packets } = new FieldReader({ index: 0, codec }, keep, fields);
  sendPackets(packets, mutateFields(codec, random), random);
  const found = await fields.cues(random.pick(["cc1", "cc1", ...CHANNELS]));
  if (found.length === 0) return "refused";
  // As films with channels are packaged.
  return answerOf(Buffer.from(toWebVtt(found)), "film.vtt", {
    isExtracted: true,
  });
}

function keep(time: number): number {
  return time;
}
