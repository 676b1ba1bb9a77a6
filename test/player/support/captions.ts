import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { madeOnce } from "../../support/made-once.js";
import { FILM, servedFolder } from "./films.js";

const TICKS = 1e7;
const BITRATE = 1000;

/** Captions of 20 s a fragment: in the first and in the second, five seconds in; French also where they meet. */
const FRAGMENT_SECONDS = FILM.seconds / 2;

/**
 * The film with two streams of captions, as Azure and Unified make them: English
 * counts from the begin of each fragment, French from the begin of the film, with
 * what goes on in the second fragment in both documents.
 * ffmpeg makes no such files, and mss-pack none that count from the begin of the
 * film, so their boxes are laid out here.
 */
export async function captionedFolder(): Promise<string> {
  return madeOnce("captions", async (_, made) => {
    await cp(join(await servedFolder(), "shelf"), made, { recursive: true });
    const streams = [
      {
        language: "eng",
        trackId: 8,
        words: ["Good morning", "Good night"],
        shift: 0,
        more: "",
      },
      {
        language: "fra",
        trackId: 9,
        words: ["Bonjour", "Bonne nuit"],
        shift: FRAGMENT_SECONDS,
        more: SPANNING,
      },
    ];
    for (const { language, trackId, words, shift, more } of streams) {
      const documents = words.map((word, i) => ttml(word, i * shift, more));
      const file = captionFile(trackId, documents);
      await writeFile(join(made, `film_${language}.ismt`), file);
    }
    const rows = streams.map(({ language, trackId }) => ({
      language,
      trackId,
    }));
    await edit(join(made, "film.ism"), "</switch>", rows.map(serverRow));
    await edit(
      join(made, "film.ismc"),
      "</SmoothStreamingMedia>",
      rows.map(clientRow),
    );
  });
}

interface Row {
  readonly language: string;
  readonly trackId: number;
}

function serverRow({ language, trackId }: Row): string {
  return `<textstream src="film_${language}.ismt" systemBitrate="${BITRATE}"><param name="trackID" value="${trackId}" valuetype="data"/><param name="trackName" value="text_${language}" valuetype="data"/></textstream>`;
}

function clientRow({ language }: Row): string {
  const chunk = `<c d="${FRAGMENT_SECONDS * TICKS}"/>`;
  return `<StreamIndex Type="text" Subtype="CAPT" Name="text_${language}" Language="${language}" Chunks="2" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(text_${language}={start time})"><QualityLevel Index="0" Bitrate="${BITRATE}" FourCC="TTML" CodecPrivateData=""/>${chunk}${chunk}</StreamIndex>`;
}

async function edit(
  path: string,
  end: string,
  rows: readonly string[],
): Promise<void> {
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace(end, `${rows.join("")}${end}`));
}

const SPANNING = `<p begin="18s" end="22s">5 &lt; 6 &amp;amp; &lt;rires&gt;</p>`;

function ttml(word: string, shift: number, more: string): string {
  const [begin, end] = [5 + shift, 8 + shift];
  return `<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div><p begin="00:00:${pad(begin)}.000" end="${end}s">${word},<br/>everybody</p>${more}</div></body></tt>`;
}

function pad(seconds: number): string {
  return String(seconds).padStart(2, "0");
}

/** ISO/IEC 14496-12 8.8.4 to 8.8.11 */
function captionFile(trackId: number, documents: readonly string[]): Buffer {
  const parts = [box("ftyp", Buffer.from("isml"), u32(1), Buffer.from("piff"))];
  const entries: Buffer[] = [];
  documents.forEach((document, i) => {
    const at = parts.reduce((sum, { length }) => sum + length, 0);
    entries.push(
      u64(i * FRAGMENT_SECONDS * TICKS),
      u64(at),
      Buffer.from([1, 1, 1]),
    );
    const sample = Buffer.from(document);
    const trun = box(
      "trun",
      u32(0x301),
      u32(1),
      u32(92),
      u32(FRAGMENT_SECONDS * TICKS),
      u32(sample.length),
    );
    const traf = box(
      "traf",
      box("tfhd", u32(0x20), u32(trackId), u32(0x2000000)),
      trun,
    );
    parts.push(
      box("moof", box("mfhd", u32(0), u32(i + 1)), traf),
      box("mdat", sample),
    );
  });
  const tfra = box(
    "tfra",
    u32(0x1000000),
    u32(trackId),
    u32(0),
    u32(documents.length),
    ...entries,
  );
  const mfra = 8 + tfra.length + 16;
  return Buffer.concat([
    ...parts,
    box("mfra", tfra, box("mfro", u32(0), u32(mfra))),
  ]);
}

function box(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([
    u32(body.length + 8),
    Buffer.from(type, "latin1"),
    body,
  ]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
