import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  editBoxes,
  fullBox,
  NOTHING,
  uuidFullBox,
} from "../../src/isobmff/box.js";
import { mfra, TFXD_UUID } from "../../src/isobmff/boxes/fragment.js";
import { ascii, concat, u32 } from "../../src/isobmff/bytes.js";
import { fixture, writeFixturePackage } from "../support/fixtures.js";
import { replaceText, withoutIndex } from "../support/patch.js";
import {
  assemble,
  eachFragment,
  edited,
  later,
  placeOf,
  remake,
  takeApart,
  together,
  withoutTfxd,
  type FilmFile,
  type Fragment,
} from "./film-file.js";

/** The files of the fixture package: two rungs and a sound. */
export const FILES = ["clip_60.ismv", "clip_25.ismv", "clip_eng_48.isma"];
const [HIGH = "", LOW = "", SOUND = ""] = FILES;

/** A package that the test has rewritten as another maker would have written it. */
export interface ForeignPackage {
  readonly folder: string;
  readonly ism: string;
  readonly ismc: string;
}

/** A way to lay out a package that real assets have. */
export type Layout = (made: ForeignPackage) => void;

/** Our fixture package in another maker's layout. */
export async function foreign(
  parent: string,
  ...layouts: readonly Layout[]
): Promise<ForeignPackage> {
  const { folder, ism } = await writeFixturePackage(parent);
  const made = { folder, ism, ismc: join(folder, "clip.ismc") };
  for (const layout of layouts) layout(made);
  return made;
}

const inEach =
  (change: (film: FilmFile) => FilmFile, files = FILES): Layout =>
  ({ folder }) => {
    for (const file of files) remake(join(folder, file), change);
  };

/** The first time of each stream in the client manifest. */
function beginAt({ ismc }: ForeignPackage, time: bigint, stream = "\\w+") {
  const first = new RegExp(`(Fragments\\(${stream}=[^]*?)<c `, "g");
  const t = String(BigInt.asUintN(64, time));
  replaceText(ismc, first, `$1<c t="${t}" `);
}

/** Live encoders count hours, or from 1601. */
export const beginsAt =
  (time: bigint): Layout =>
  (made) => {
    inEach(eachFragment(later(time)))(made);
    beginAt(made, time);
  };

/** Only the sound, in index and client manifest. */
export const soundBeginsAt =
  (time: bigint): Layout =>
  (made) => {
    inEach(eachFragment(later(time)), [SOUND])(made);
    beginAt(made, time, "audio");
    const end = String(51_200_000n + time);
    replaceText(made.ismc, 'Duration="51200000"', `Duration="${end}"`);
  };

/** Expression Encoder on demand. */
export const untold: Layout = inEach(eachFragment(withoutTfxd));

/** Times of 32 bits in fragments, which begin again at 0. */
export const shortTimes: Layout = inEach(
  eachFragment((fragment) =>
    edited(fragment, {
      replace: ({ uuid }) =>
        uuid === TFXD_UUID.replaceAll("-", "")
          ? uuidFullBox(TFXD_UUID, 0, 0, shortTime(fragment))
          : undefined,
    }),
  ),
);

function shortTime(fragment: Fragment): Uint8Array {
  const time = Number(BigInt.asUintN(32, fragment.time));
  return u32(time, durationOf(fragment));
}

/** Of live archives: no mfra. */
export const indexless: Layout = ({ folder }) => {
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    if (/\.ism[avt]$/.test(file))
      writeFileSync(path, withoutIndex(readFileSync(path)));
  }
};

/** Of ffmpeg's live muxer: an mfra with nothing but its mfro. */
export const emptyIndex: Layout = (made) => {
  indexless(made);
  for (const file of FILES) appendFileSync(join(made.folder, file), mfra());
};

export const shortIndex: Layout = ({ folder }) => {
  for (const file of FILES)
    remake(join(folder, file), (film) => film, { isShort: true });
};

/** Several tracks in a file, which the .ism tells apart. */
export const oneFile =
  ({ isIndexless = false, isTold = true } = {}): Layout =>
  ({ folder, ism }) => {
    const films = FILES.map((file) => takeApart(join(folder, file)));
    const film = together(films);
    const fragments = isTold ? film.fragments : film.fragments.map(withoutTfxd);
    for (const file of FILES) rmSync(join(folder, file));
    const bytes = assemble({ ...film, fragments }, { isIndexless });
    writeFileSync(join(folder, "clip.ismv"), bytes);
    for (const [i, file] of FILES.entries())
      replaceText(
        ism,
        new RegExp(`src="${file}"([^]*?)name="trackID" value="1"`),
        `src="clip.ismv"$1name="trackID" value="${i + 1}"`,
      );
  };

/** A fragment is lost, in the client manifest too. */
export const gapInSound: Layout = (made) => {
  const lose = ({ fragments, ...film }: FilmFile) => ({
    ...film,
    fragments: fragments.filter((_, i) => i !== 1),
  });
  const [, , third] = takeApart(join(made.folder, SOUND)).fragments;
  inEach(lose, [SOUND])(made);
  replaceText(
    made.ismc,
    /(Fragments\(audio=[^]*?<c [^>]*>)\s*<c [^>]*>\s*<c /,
    `$1<c t="${third?.time}" `,
  );
  replaceText(made.ismc, /(Name="audio"[^>]*Chunks=")3/, "$12");
};

/** A folder for each track. */
export const fragmentFolders: Layout = ({ folder, ism }) => {
  for (const file of FILES) {
    const { ftyp, moov, fragments } = takeApart(join(folder, file));
    const name = file.replace(/\.\w+$/, "");
    rmSync(join(folder, file));
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "header"), concat([ftyp, moov]));
    for (const { time, moof, mdat } of fragments)
      writeFileSync(join(folder, name, String(time)), concat([moof, mdat]));
    replaceText(ism, `src="${file}"`, `src="${name}"`);
  }
};

/** Azure's: plain files, which its origin cut; the sound of `film.mp4` is 0.3 s late. */
export const plainFiles: Layout = ({ folder, ism, ismc }) => {
  rmSync(ismc);
  const sources = ["video-0.mp4", "film.mp4", "film.mp4"];
  for (const [i, file] of FILES.entries()) {
    rmSync(join(folder, file));
    const source = sources[i] ?? "";
    writeFileSync(join(folder, source), readFileSync(fixture(source)));
    const trackId = i === 2 ? 2 : 1;
    replaceText(
      ism,
      new RegExp(`src="${file}"([^]*?)name="trackID" value="1"`),
      `src="${source}"$1name="trackID" value="${trackId}"`,
    );
  }
  replaceText(ism, /<meta name="clientManifest[^>]*>/, "");
};

export const lostClientManifest: Layout = ({ ismc }) => rmSync(ismc);

export const subfolder: Layout = ({ folder, ism }) => {
  mkdirSync(join(folder, "media"));
  for (const [i, file] of FILES.entries()) {
    renameSync(join(folder, file), join(folder, "media", file));
    const slash = i === 0 ? "\\" : "/";
    replaceText(ism, `src="${file}"`, `src="media${slash}${file}"`);
  }
};

export const utf16: Layout = ({ ism, ismc }) => {
  for (const path of [ism, ismc]) {
    const text = readFileSync(path, "utf8").replace("utf-8", "utf-16");
    writeFileSync(path, Buffer.from(`\ufeff${text}`, "utf16le"));
  }
};

/** Both rungs have one bitrate. */
export const customAttributes: Layout = ({ ism, ismc }) => {
  const [, high = "", low = ""] =
    /Index="0" Bitrate="(\d+)"[^]*?Index="1" Bitrate="(\d+)"/.exec(
      readFileSync(ismc, "utf8"),
    ) ?? [];
  const param = (value: string) =>
    `<param name="hardwareProfile" value="${value}"/>`;
  replaceText(
    ism,
    new RegExp(`(systemBitrate="${high}"[^>]*>)`),
    `$1${param("1")}`,
  );
  replaceText(
    ism,
    new RegExp(`systemBitrate="${low}"([^>]*>)`),
    `systemBitrate="${high}"$1${param("2")}`,
  );
  let level = 0;
  const text = readFileSync(ismc, "utf8")
    .replace(`Bitrate="${low}"`, `Bitrate="${high}"`)
    .replace(
      "{bitrate})/Fragments(video",
      "{bitrate},{CustomAttributes})/Fragments(video",
    )
    .replace(/(<QualityLevel[^>]*MaxWidth[^>]*?)\/>/g, (_, begin: string) => {
      level++;
      return `${begin}><CustomAttributes><Attribute Name="hardwareProfile" Value="${level}"/></CustomAttributes></QualityLevel>`;
    });
  writeFileSync(ismc, text);
};

/** The rung as Azure encoded some: each picture is shown later than it is decoded. */
export const offsetOf = (by: number, files = [HIGH]): Layout =>
  inEach(
    eachFragment((fragment) => delayed(fragment, by)),
    files,
  );

function delayed(fragment: Fragment, by: number): Fragment {
  return edited(fragment, {
    replace({ type, start, size }) {
      if (type !== "trun") return undefined;
      const trun = Buffer.from(fragment.moof.subarray(start, start + size));
      const count = trun.readUInt32BE(12);
      for (let i = 0; i < count; i++) {
        const at = 24 + 12 * i + 8;
        trun.writeInt32BE(trun.readInt32BE(at) + by, at);
      }
      return trun;
    },
  });
}

const TTML =
  '<?xml version="1.0" encoding="utf-8"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="00:00:00.200" end="00:00:01.000">A line</p></div></body></tt>';

/** DFXP captions, made of the picture's fragments: their times are the same. */
export const textFile: Layout = ({ folder, ism, ismc }) => {
  const film = takeApart(join(folder, LOW));
  const document = Buffer.from(TTML);
  const fragments = film.fragments.map((fragment) => {
    const moof = editBoxes(fragment.moof, {
      replace: ({ type }) => (type === "trun" ? NOTHING : undefined),
    });
    const size = moof.length + 28;
    const duration = durationOf(fragment);
    const trun = fullBox(
      "trun",
      0,
      0x301,
      u32(1, size + 8, duration, document.length),
    );
    const whole = editBoxes(fragment.moof, {
      replace: ({ type }) => (type === "trun" ? trun : undefined),
    });
    // Each document stands alone.
    whole.set(u32(0x02000000), placeOf(whole, "tfhd") + 8);
    const mdat = concat([u32(document.length + 8), ascii("mdat"), document]);
    return { ...fragment, moof: whole, mdat };
  });
  const entry = concat([u32(16), ascii("dfxp"), u32(0, 1)]);
  const moov = editBoxes(film.moov, {
    replace({ type }) {
      if (type === "vmhd") return fullBox("nmhd", 0, 0);
      if (type === "stsd") return fullBox("stsd", 0, 0, u32(1), entry);
      if (type !== "hdlr") return undefined;
      return fullBox(
        "hdlr",
        0,
        0,
        u32(0),
        ascii("text"),
        u32(0, 0, 0),
        Uint8Array.of(0),
      );
    },
  });
  writeFileSync(
    join(folder, "clip_text.ismt"),
    assemble({ ...film, moov, fragments }),
  );
  replaceText(
    ism,
    "</switch>",
    '<textstream src="clip_text.ismt" systemBitrate="1000" systemLanguage="eng"><param name="trackID" value="1"/><param name="trackName" value="text_eng"/></textstream></switch>',
  );
  const rows = /<c [^]*?(?=\s*<\/StreamIndex>)/.exec(
    readFileSync(ismc, "utf8"),
  );
  replaceText(
    ismc,
    "</SmoothStreamingMedia>",
    `<StreamIndex Type="text" Name="text_eng" Language="eng" Subtype="SUBT" Chunks="3" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(text_eng={start time})"><QualityLevel Index="0" Bitrate="1000" FourCC="DFXP" CodecPrivateData=""/>${rows?.[0]}</StreamIndex></SmoothStreamingMedia>`,
  );
};

/** By the tfxd. */
function durationOf({ moof }: Fragment): number {
  const at = Buffer.from(moof).indexOf("6d1d9b05", "hex");
  return Number(Buffer.from(moof).readBigUInt64BE(at + 28));
}
