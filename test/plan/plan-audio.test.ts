import { describe, expect, test } from "vitest";
import { audioStreams } from "../../src/plan/encode-plan.js";
import { makePlan, type PlanSettings } from "../../src/plan/plan.js";
import type { SourceAudio } from "../../src/probe/source-info.js";
import { LADDER, picture, sound, source } from "../support/sources.js";

function planOf(audio: SourceAudio, settings: PlanSettings = {}) {
  const film = source({ video: picture(), audio });
  const { notes, ...plan } = makePlan(film, LADDER, settings);
  const [stream] = audioStreams(plan);
  return { stream, rung: stream?.rungs[0], notes };
}

describe("mono streams that are one sound", () => {
  const stereo = sound({ joined: [1, 2], language: "und" });

  test("are joined, and the plan tells it", () => {
    const { stream, notes } = planOf(stereo);
    expect(stream?.joined?.streams).toEqual([1, 2]);
    expect(notes).toContain(
      "sound: the mono streams 1+2 are the channels of one, stereo, for nothing tells them apart (--audio 1 takes one)",
    );
  });

  test("are no guess where the user has said so", () => {
    expect(planOf(stereo, { audio: "1+2" }).notes).toContain(
      "sound: the mono streams 1+2 are the channels of one, stereo",
    );
  });

  test("are 5.1 when they are six", () => {
    const six = sound({ joined: [1, 2, 3, 4, 5, 6], channels: 6 });
    const { stream, rung } = planOf(six, { audioChannels: 6 });
    expect(rung).toMatchObject({ channels: 6 });
    expect(stream?.joined?.filter).toBe(
      "join=inputs=6:channel_layout=5.1:map=0.0-FL|1.0-FR|2.0-FC|3.0-LFE|4.0-BL|5.0-BR",
    );
    expect(planOf(six).notes).toContain("sound: 6 channels mixed down to 2");
  });

  test("cannot be copied as one track", () => {
    expect(() => planOf(stereo, { copy: ["audio"] })).toThrow(
      "it is 2 streams. Expected one",
    );
  });

  test("all last as long as the longest of them, also without a picture", () => {
    const alone = source({ audio: stereo });
    const [audio] = audioStreams(makePlan(alone, LADDER, {}));
    expect(audio?.rungs[0]?.filters.at(-1)).toBe("apad=whole_len=480000");
  });
});

test("a language that the file tells is not overruled, and the plan says so", () => {
  expect(planOf(sound(), { language: "de" }).notes).toContain(
    "sound: it is marked as eng, --language de is not used",
  );
  expect(planOf(sound(), { language: "en" }).notes).toEqual([]);
});

test("mono sound is planned in both channels as loud as it is", () => {
  const { rung } = planOf(sound({ channels: 1, layout: "mono" }));
  expect(rung).toMatchObject({ channels: 2 });
  expect(rung?.filters).toContain("pan=stereo|FL<FL+FC|FR<FR+FC");
});
