import { describe, expect, test } from "vitest";
import type { TrackFile } from "../../src/media/presentation.js";
import { makePresentation } from "../../src/smooth/presentation.js";
import * as manifests from "../../src/smooth/write-manifests.js";
import { fragmentsLasting } from "../support/track.js";
import { parseXml, descendants } from "../../src/util/xml.js";

const DURATIONS = [20_000_000, 10_000_000];

function ismc(...of: Parameters<typeof manifests.ismc>): string {
  return Buffer.from(manifests.ismc(...of)).toString();
}

function ism(...of: Parameters<typeof manifests.ism>): string {
  return Buffer.from(manifests.ism(...of)).toString();
}

/** avcC of Baseline 1.3 with a two-byte SPS and a one-byte PPS. */
const AVC_CONFIG = Uint8Array.of(
  1,
  66,
  0,
  13,
  0xff,
  0xe1,
  0,
  2,
  0x67,
  0x42,
  1,
  0,
  1,
  0x68,
);

function video(
  bitrate: number,
  file = `v${bitrate}.ismv`,
  durations = DURATIONS,
): TrackFile {
  const format = { kind: "video", width: 1280, height: 720 } as const;
  return {
    ...shared(durations),
    file,
    bitrate,
    codec: "h264",
    config: AVC_CONFIG,
    format,
    language: "und",
  };
}

function audio(bitrate: number, language: string): TrackFile {
  const format = { kind: "audio", channels: 2, sampleRate: 48000 } as const;
  const config = Uint8Array.of(0x11, 0x90);
  return {
    ...shared(DURATIONS),
    file: `a_${language}.isma`,
    bitrate,
    codec: "aac",
    config,
    format,
    language,
  };
}

function text(language: string, subtype: "SUBT" | "CAPT"): TrackFile {
  return {
    ...shared(DURATIONS),
    file: `t_${language}.ismt`,
    bitrate: 1000,
    codec: "ttml",
    config: new Uint8Array(),
    format: { kind: "text", subtype },
    language,
  };
}

function shared(durations: readonly number[]) {
  const fragments = fragmentsLasting(durations);
  const duration = durations.reduce((sum, each) => sum + each, 0);
  const places = { offset: new Float64Array(), end: new Float64Array() };
  return { trackId: 1, duration, fragments, places, bytes: 10_000 };
}

test("a picture whose pixels are not square is told with the size at which it is shown", () => {
  const wide = {
    ...{ kind: "video" as const, width: 720, height: 576 },
    ...{ displayWidth: 1024, displayHeight: 576 },
  } as const;
  const small = {
    ...wide,
    width: 360,
    height: 288,
    displayWidth: 512,
  } as const;
  const files = [
    { ...video(1_000_000), format: wide },
    { ...video(500_000), format: { ...small, displayHeight: 288 } },
  ];
  expect(ismc(makePresentation("film", files))).toContain(
    'MaxWidth="720" MaxHeight="576" DisplayWidth="1024" DisplayHeight="576"',
  );
});

test("captions are text streams behind the sounds, as clients expect them", () => {
  const presentation = makePresentation("clip", [
    text("deu", "CAPT"),
    audio(128_000, "eng"),
    text("eng", "SUBT"),
  ]);
  expect(ismc(presentation)).toContain(`
  <StreamIndex Type="text" Subtype="CAPT" Name="text_deu" Language="deu" Chunks="2" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(text_deu={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="TTML" CodecPrivateData=""/>
    <c d="20000000"/>
    <c d="10000000"/>
  </StreamIndex>
  <StreamIndex Type="text" Subtype="SUBT" Name="text_eng"`);
  expect(ism(presentation)).toContain(`</audio>
      <textstream src="t_deu.ismt" systemBitrate="1000" systemLanguage="deu">
        <param name="trackID" value="1" valuetype="data"/>
        <param name="trackName" value="text_deu" valuetype="data"/>
      </textstream>`);
});

test("captions in the clear do not hinder the protection of what can be protected", () => {
  const protection = {
    ...{ systemId: "9a04f079-9840-4286-ab92-e65be0885f95" },
    ...{ data: Uint8Array.of(1), encryptedBytes: 1, sampleBytes: 1 },
  };
  const sound = { ...audio(128_000, "eng"), protection };
  const made = makePresentation("clip", [text("eng", "SUBT"), sound]);
  expect(made.protection).toEqual(protection);
});

const read = (text: string) => parseXml(Buffer.from(text));

describe("names and addresses", () => {
  test("a name with &, quotes, blanks and other letters comes back as it was", () => {
    const name = `R&D "take" <2> 'ü' 映画`;
    const file = `${name}_5000.ismv`;
    const root = read(ism(makePresentation(name, [video(5_000_000, file)])));
    expect(descendants(root, "meta")[0]?.attributes.get("content")).toBe(
      `${name}.ismc`,
    );
    expect(descendants(root, "video")[0]?.attributes.get("src")).toBe(file);
  });

  test("one sound track is named audio, without a trackName", () => {
    const presentation = makePresentation("clip", [
      video(5_000_000),
      audio(128_000, "eng"),
    ]);
    const streams = descendants(read(ismc(presentation)), "StreamIndex");
    expect(streams.map(({ attributes }) => attributes.get("Name"))).toEqual([
      "video",
      "audio",
    ]);
    expect(ism(presentation)).not.toContain("trackName");
  });

  test("two languages have a stream and a trackName each", () => {
    const presentation = makePresentation("clip", [
      audio(128_000, "eng"),
      audio(96_000, "fra"),
    ]);
    const streams = descendants(read(ismc(presentation)), "StreamIndex");
    expect(streams.map(({ attributes }) => attributes.get("Url"))).toEqual([
      "QualityLevels({bitrate})/Fragments(audio_eng={start time})",
      "QualityLevels({bitrate})/Fragments(audio_fra={start time})",
    ]);
    const names = descendants(read(ism(presentation)), "param").filter(
      ({ attributes }) => attributes.get("name") === "trackName",
    );
    expect(names.map(({ attributes }) => attributes.get("value"))).toEqual([
      "audio_eng",
      "audio_fra",
    ]);
  });
});

describe("bitrates", () => {
  test("stand from high to low, the same in both manifests", () => {
    const presentation = makePresentation("clip", [
      video(900_000),
      video(5_000_000),
    ]);
    const levels = descendants(read(ismc(presentation)), "QualityLevel");
    const tracks = descendants(read(ism(presentation)), "video");
    expect(levels.map(({ attributes }) => attributes.get("Bitrate"))).toEqual([
      "5000000",
      "900000",
    ]);
    expect(
      tracks.map(({ attributes }) => attributes.get("systemBitrate")),
    ).toEqual(["5000000", "900000"]);
  });

  test("three equal averages are told apart, because the bitrate is the address", () => {
    const files = [
      video(800_000, "a.ismv"),
      video(800_000, "b.ismv"),
      video(800_000, "c.ismv"),
    ];
    const [stream] = makePresentation("clip", files).streams;
    expect(stream?.tracks.map(({ bitrate }) => bitrate)).toEqual([
      804_000, 802_000, 800_000,
    ]);
  });
});

describe("one list of fragments serves all levels", () => {
  test("a fragment that starts a tick later in one rung is refused by name", () => {
    const late = [20_000_001, 9_999_999];
    expect(() =>
      makePresentation("clip", [
        video(5_000_000),
        video(900_000, "low.ismv", late),
      ]),
    ).toThrow(
      "low.ismv: fragment 2 starts at 20000001, in v5000000.ismv at 20000000. Rungs must share cut times.",
    );
  });

  test("a rung with a fragment less is refused", () => {
    expect(() =>
      makePresentation("clip", [
        video(5_000_000),
        video(900_000, "low.ismv", DURATIONS.slice(0, 1)),
      ]),
    ).toThrow("Rungs must share cut times");
  });
});

test("codec private data has four-byte start codes", () => {
  const [level] = descendants(
    read(ismc(makePresentation("clip", [video(5_000_000)]))),
    "QualityLevel",
  );
  expect(level?.attributes.get("CodecPrivateData")).toBe(
    "0000000167420000000168",
  );
});

describe("protection", () => {
  const protectedBy = (data: string, track: TrackFile): TrackFile => ({
    ...track,
    protection: {
      ...{ systemId: "9a04f079-9840-4286-ab92-e65be0885f95" },
      ...{ data: Buffer.from(data), encryptedBytes: 9, sampleBytes: 10 },
    },
  });
  const tracks = [video(5_000_000), audio(128_000, "eng")];

  test("of all tracks stands once behind the streams, its header in one piece", () => {
    const all = tracks.map((track) => protectedBy("header!!", track));
    const text = ismc(makePresentation("clip", all));
    expect(text).toContain(
      [
        "  </StreamIndex>",
        "  <Protection>",
        '    <ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">aGVhZGVyISE=</ProtectionHeader>',
        "  </Protection>",
        "</SmoothStreamingMedia>",
      ].join("\n"),
    );
    expect(ism(makePresentation("clip", all))).toBe(
      ism(makePresentation("clip", tracks)),
    );
  });

  test.each([
    ["a clear track among protected ones", undefined],
    ["a track of another header", "other"],
  ])("is refused with %s", (_, data) => {
    const [first, second] = tracks as [TrackFile, TrackFile];
    const odd = data === undefined ? second : protectedBy(data, second);
    expect(() =>
      makePresentation("clip", [protectedBy("header", first), odd]),
    ).toThrow("a_eng.isma: is not protected as v5000000.ismv is");
  });
});
