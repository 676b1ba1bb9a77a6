import { describe, expect, test } from "vitest";
import { applySettings, type LadderSettings } from "../../src/plan/settings.js";
import { LADDER } from "../support/sources.js";

function rungNames(settings: LadderSettings): string[] {
  return applySettings(LADDER, settings).rungs.map((rung) => rung.name);
}

function refusal(message: string): unknown {
  return expect.objectContaining({ code: "usage", message });
}

test("no settings leave the preset as it is", () => {
  expect(applySettings(LADDER, {})).toEqual(LADDER);
});

describe("--rung", () => {
  test("replaces the preset's rungs", () => {
    const rungs = ["1080p:5000k", "1280x720:2800k:4200k", "480p:1.3M"];
    expect(applySettings(LADDER, { rungs }).rungs).toEqual([
      {
        name: "1080p",
        width: 1920,
        height: 1080,
        profile: "high",
        bufferSeconds: 2,
        bitrate: 5_000_000,
        maxBitrate: 7_500_000, // half as much again
      },
      {
        name: "1280x720",
        width: 1280,
        height: 720,
        profile: "high",
        bufferSeconds: 2,
        bitrate: 2_800_000,
        maxBitrate: 4_200_000,
      },
      {
        name: "480p",
        width: 854, // 853.33 to even
        height: 480,
        profile: "main",
        bufferSeconds: 2,
        bitrate: 1_300_000,
        maxBitrate: 1_950_000,
      },
    ]);
  });

  test("may make the peak equal to the average", () => {
    const [rung] = applySettings(LADDER, { rungs: ["720p:3M:3M"] }).rungs;
    expect(rung).toMatchObject({ bitrate: 3_000_000, maxBitrate: 3_000_000 });
  });

  test.for([
    "",
    "1080p",
    "1080p:",
    "1080p:fast",
    "1080p:5000k:",
    "1080p:5000k:4000k",
    "1080p:5000k:6000k:7000k",
    "1080:5000k",
    "1080P:5000k",
    "1279x719:5000k",
    "8x8:100k",
    "2400p:9M",
    "4098x2160:9M",
    "1920x1080p:5000k",
  ])("refuses %j", (text) => {
    expect(() => applySettings(LADDER, { rungs: [text] })).toThrow(
      refusal(
        `--rung is "${text}". Expected SIZE:AVERAGE[:PEAK], such as 1080p:5000k or 1280x720:2800k:4200k.`,
      ),
    );
  });
});

describe("a bitrate that hardly anybody means is asked back", () => {
  test.each([
    ["720p:3000", "a bitrate with its unit (do you mean 3000k?)"],
    ["720p:99999", "a bitrate with its unit (do you mean 99999k?)"],
    ["720p:3000k:4500", undefined],
    ["160x90:15k", "16k or more"],
  ])("%s", (rung, expected) => {
    const said = expected ?? "SIZE:AVERAGE[:PEAK]";
    expect(() => applySettings(LADDER, { rungs: [rung] })).toThrow(said);
  });

  test("100000 and more is bits, and so is what has a unit", () => {
    const rungs = ["720p:100000", "160x90:16k", "320x180:60.5k"];
    expect(
      applySettings(LADDER, { rungs }).rungs.map(({ bitrate }) => bitrate),
    ).toEqual([100_000, 16_000, 60_500]);
  });
});

describe("rungs are left out", () => {
  test("by name", () => {
    expect(rungNames({ drop: ["720p"] })).toEqual(["1080p", "480p"]);
    expect(
      rungNames({ rungs: ["720p:3M", "360p:1M"], drop: ["360p"] }),
    ).toEqual(["720p"]);
  });

  test("by height, the limit itself left in", () => {
    expect(rungNames({ maxHeight: 720 })).toEqual(["720p", "480p"]);
    expect(rungNames({ maxHeight: 719 })).toEqual(["480p"]);
  });

  test("only by a name there is", () => {
    expect(() => applySettings(LADDER, { drop: ["480p", "360p"] })).toThrow(
      refusal('--drop is "360p". Expected one of 1080p, 720p, 480p.'),
    );
  });

  test("but never all of them", () => {
    expect(() =>
      applySettings(LADDER, { drop: ["1080p", "720p", "480p"] }),
    ).toThrow(refusal("--drop leaves no rung of 1080p, 720p, 480p."));
  });

  test("and a limit below all of them brings the lowest down to it", () => {
    const { rungs } = applySettings(LADDER, { maxHeight: 360 });
    // 640x360 has 0.562 of the pixels of 854x480; to the power 0.75 that is 0.649
    expect(rungs).toMatchObject([
      { name: "360p", width: 640, height: 360, bitrate: 840_000 },
    ]);
  });
});

describe("other settings", () => {
  test("replace those of the preset", () => {
    const changed = applySettings(LADDER, {
      fragmentSeconds: 4,
      encoderPreset: "veryfast",
      tune: "grain",
      audioBitrate: "96k",
    });
    expect(changed).toMatchObject({
      fragmentSeconds: 4,
      encoderPreset: "veryfast",
      tune: "grain",
      audio: { bitrate: 96_000, sampleRate: 48_000, channels: 2 },
    });
  });

  test("are taken at the ends of their range", () => {
    expect(
      applySettings(LADDER, { fragmentSeconds: 0.5 }).fragmentSeconds,
    ).toBe(0.5);
    expect(applySettings(LADDER, { fragmentSeconds: 10 }).fragmentSeconds).toBe(
      10,
    );
    // The old name.
    expect(applySettings(LADDER, { gopSeconds: 4 }).fragmentSeconds).toBe(4);
    expect(applySettings(LADDER, { audioBitrate: 16_000 }).audio.bitrate).toBe(
      16_000,
    );
    expect(applySettings(LADDER, { audioBitrate: "512k" }).audio.bitrate).toBe(
      512_000,
    );
  });

  test.for<[LadderSettings, string]>([
    [
      { fragmentSeconds: 0.49 },
      '--fragment is "0.49". Expected seconds from 0.5 to 10.',
    ],
    [
      { fragmentSeconds: 10.1 },
      '--fragment is "10.1". Expected seconds from 0.5 to 10.',
    ],
    [
      { fragmentSeconds: Number.NaN },
      '--fragment is "NaN". Expected seconds from 0.5 to 10.',
    ],
    [{ audioBitrate: "8k" }, '--audio-bitrate is "8k". Expected 16k to 512k.'],
    [
      { audioBitrate: 512_001 },
      '--audio-bitrate is "512001". Expected 16k to 512k.',
    ],
    [
      { encoderPreset: "turbo" },
      '--encoder-preset is "turbo". Expected one of ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow.',
    ],
    [
      { tune: "zerolatency" },
      '--tune is "zerolatency". Expected one of film, animation, grain, stillimage.',
    ],
  ])("beyond it are refused: %j", ([settings, message]) => {
    expect(() => applySettings(LADDER, settings)).toThrow(refusal(message));
  });
});
