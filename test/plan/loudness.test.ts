import { describe, expect, test } from "vitest";
import type { CopyFacts } from "../../src/plan/copyable.js";
import {
  audioStreams,
  type AudioRung,
  type EncodePlan,
} from "../../src/plan/encode-plan.js";
import { mapSounds } from "../../src/plan/ask-loudness.js";
import {
  corrected,
  leveled,
  loudnessText,
  withLoudnessNotes,
} from "../../src/plan/level-sound.js";
import { readLoudness } from "../../src/plan/loudness.js";
import { makePlan, type PlanSettings } from "../../src/plan/plan.js";
import { checkPreset } from "../../src/plan/read-preset.js";
import {
  LADDER,
  sourceVideo,
  sourceAudio,
  source,
} from "../support/sources.js";

function planOf(settings: PlanSettings = {}, loudness?: "ebu"): EncodePlan {
  const film = source({ video: sourceVideo(), audio: sourceAudio() });
  const audio = { ...LADDER.audio, ...(loudness && { loudness }) };
  return makePlan(film, { ...LADDER, audio }, settings);
}

function soundOf(plan: EncodePlan): AudioRung {
  const [rung] = audioStreams(plan).flatMap(({ rungs }) => rungs);
  if (rung === undefined) throw new Error("the plan has no sound");
  return rung;
}

const target = (settings: PlanSettings, ofPreset?: "ebu") =>
  soundOf(planOf(settings, ofPreset)).loudness?.target;

describe("the target", () => {
  test("of a name has its standard's loudness and peak", () => {
    expect(target({ loudness: "ebu" })).toEqual({ lufs: -23, truePeak: -1 });
    expect(target({ loudness: "atsc" })).toEqual({ lufs: -24, truePeak: -2 });
  });

  test("may be LUFS, as a number or as text", () => {
    expect(target({ loudness: -16 })).toEqual({ lufs: -16, truePeak: -1 });
    expect(target({ loudness: "-16.5" })?.lufs).toBe(-16.5);
  });

  test("is the preset's unless the user has another or none", () => {
    expect(target({}, "ebu")?.lufs).toBe(-23);
    expect(target({ loudness: -18 }, "ebu")?.lufs).toBe(-18);
    expect(soundOf(planOf({ loudness: "off" }, "ebu"))).not.toHaveProperty(
      "loudness",
    );
    expect(soundOf(planOf())).not.toHaveProperty("loudness");
  });

  test.each([
    "",
    "loud",
    "-4",
    "-41",
    "- 16",
    "-16LUFS",
    "NaN",
    "-1e1",
    "ebu ",
  ])("%j is refused", (loudness) => {
    expect(() => planOf({ loudness })).toThrow(
      `--loudness is "${loudness}". Expected ebu, atsc, LUFS from -40 to -5 such as -16, measure or off`,
    );
  });

  test("without its sign is probably a mistake", () => {
    expect(() => planOf({ loudness: "16" })).toThrow("(do you mean -16?).");
    expect(() => planOf({ loudness: 23 })).toThrow("(do you mean -23?).");
    expect(() => planOf({ loudness: "99" })).toThrow("measure or off.");
  });
});

describe("of a preset", () => {
  const presetWith = (loudness: unknown) =>
    checkPreset(
      {
        rungs: [{ name: "a", width: 320, height: 180, bitrate: "300k" }],
        audio: { bitrate: "128k", loudness },
      },
      "x",
    ).audio.loudness;

  test("is a name or a number", () => {
    expect(presetWith("atsc")).toBe("atsc");
    expect(presetWith(-16)).toBe(-16);
    expect(presetWith("-16")).toBe(-16);
    expect(presetWith(undefined)).toBeUndefined();
  });

  test.each([16, "off", null, ["ebu"], { lufs: -16 }])(
    "%j is refused",
    (value) => {
      expect(() => presetWith(value)).toThrow(
        `Preset x: audio.loudness is ${JSON.stringify(value)}. Expected ebu, atsc, LUFS from -40 to -5 such as -16, or measure.`,
      );
    },
  );

  test("a number is one", () => {
    expect(readLoudness(NaN)).toBeUndefined();
    expect(readLoudness(-Infinity)).toBeUndefined();
  });
});

/** A sound with a target, and what was measured of it. */
function measured(
  lufs: number,
  truePeak: number,
  settings: PlanSettings = { loudness: "ebu" },
): AudioRung {
  const found = { lufs, truePeak, range: 25, threshold: lufs - 10 };
  return leveled(soundOf(planOf(settings)), found);
}

describe("a sound that was measured", () => {
  test("gets a plain gain where its peaks have room, up to the limit itself", () => {
    expect(measured(-29.2, -7.2).loudness).toMatchObject({
      ...{ way: "linear", gain: 6.2 },
      filters: [
        "aformat=sample_fmts=fltp:channel_layouts=stereo",
        "volume=6.2dB",
      ],
    });
    expect(measured(-16.4, -0.1).loudness).toMatchObject({ gain: -6.6 });
  });

  test("is changed by loudnorm where they have none, and comes back to its own rate", () => {
    const { loudness, sampleRate } = measured(-29.2, -7.1);
    expect(loudness?.way).toBe("dynamic");
    expect(loudness?.gain).toBeUndefined();
    expect(loudness?.filters).toEqual([
      "aformat=sample_fmts=fltp:channel_layouts=stereo",
      "loudnorm=I=-23:TP=-1:LRA=20:measured_I=-29.2:measured_TP=-7.1:measured_LRA=25:measured_thresh=-39.2:offset=0:linear=false",
      `aresample=${sampleRate}`,
      "aformat=sample_fmts=fltp:channel_layouts=stereo",
    ]);
  });

  test("keeps the limit of its standard also when it gets quieter", () => {
    expect(measured(-22.5, 0.2).loudness?.way).toBe("dynamic");
  });

  test("is not touched where it is right already", () => {
    expect(measured(-23, -4).loudness).toMatchObject({
      ...{ way: "linear", gain: 0, filters: [] },
    });
  });

  test("gets what loudnorm missed", () => {
    const rung = corrected(measured(-29.2, -1), -24.3);
    expect(rung.loudness?.filters.join()).toContain(":offset=1.3:");
  });

  test("is left alone when it is silent", () => {
    const rung = soundOf(planOf({ loudness: "ebu" }));
    const gate = { lufs: -70, truePeak: -80, range: 0, threshold: -70 };
    for (const found of [undefined, gate])
      expect(leveled(rung, found).loudness).toEqual({
        ...{ target: { lufs: -23, truePeak: -1 }, way: "silent", filters: [] },
      });
  });

  test("may be measured and nothing else", () => {
    const { loudness } = measured(-30, 0, { loudness: "measure" });
    expect(loudness?.filters).toEqual([]);
    expect(loudness?.target).toBeUndefined();
    expect(loudness?.measured?.lufs).toBe(-30);
  });
});

describe("the words", () => {
  const notesOn = (rung: AudioRung) => {
    const plan = planOf();
    return withLoudnessNotes(mapSounds(plan, () => rung)).notes.slice(
      plan.notes.length,
    );
  };

  test("tell that dynamics are changed, and up to where they would not be", () => {
    expect(notesOn(measured(-29.2, -1))).toEqual([
      "audio eng: at -23 LUFS its peaks would reach 5.2 dBTP, above -1, so its dynamics are changed (loudnorm, not linear); up to -29.2 LUFS they would stay",
    ]);
    expect(notesOn(measured(-29.2, -10))).toEqual([]);
  });

  test("tell that a sound is silent", () => {
    const rung = soundOf(planOf({ loudness: "ebu" }));
    expect(notesOn(leveled(rung, undefined))).toEqual([
      "audio eng: nothing in it is loud enough to be measured, so it is left as it is",
    ]);
  });

  test("of a line name what was found and what follows", () => {
    const line = (rung: AudioRung) =>
      rung.loudness && loudnessText(rung.loudness);
    expect(line(measured(-29.2, -10))).toBe(
      "-29.2 LUFS, peak -10 dBTP, range 25 LU -> -23 LUFS, +6.2 dB",
    );
    expect(line(measured(-29.2, -1))).toContain("-> -23 LUFS, dynamic");
    expect(line(measured(-29.2, -1, { loudness: "measure" }))).toBe(
      "-29.2 LUFS, peak -1 dBTP, range 25 LU",
    );
    expect(line(soundOf(planOf({ loudness: "ebu" })))).toBeUndefined();
  });
});

describe("copied sound", () => {
  const aac = { trackId: 2, bitrate: 96_000, sampleRate: 48_000, channels: 2 };
  const facts: CopyFacts = { ...copyFacts(), audio: [aac] };
  const copy = (loudness: string) =>
    makePlan(
      source({
        video: sourceVideo(),
        audio: sourceAudio({ codec: "aac", channels: 2 }),
      }),
      LADDER,
      { copy: ["audio"], loudness },
      { toneMap: true },
      facts,
    );

  test("cannot be made louder", () => {
    expect(() => copy("ebu")).toThrow(
      '--loudness is "ebu". Expected measure or none, for --copy audio takes all sound as it is.',
    );
  });

  test("can be measured", () => {
    expect(soundOf(copy("measure")).loudness).toEqual({ filters: [] });
  });

  test("stays as it is with a preset that has a loudness, and a note tells it", () => {
    const audio = { ...LADDER.audio, loudness: "ebu" } as const;
    const film = source({
      video: sourceVideo(),
      audio: sourceAudio({ codec: "aac", channels: 2 }),
    });
    const plan = makePlan(
      ...([film, { ...LADDER, audio }, { copy: ["audio"] }] as const),
      ...([{ toneMap: true }, facts] as const),
    );
    expect(soundOf(plan)).not.toHaveProperty("loudness");
    expect(plan.notes).toContain(
      "audio eng: it is copied, so it stays as loud as it is",
    );
  });
});

function copyFacts(): Omit<CopyFacts, "audio"> {
  return { begin: 0, video: { reason: "not asked for" } };
}
