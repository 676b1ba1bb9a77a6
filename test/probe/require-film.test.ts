import { describe, expect, test } from "vitest";
import { requireFilm } from "../../src/probe/require-film.js";
import { Stretches } from "../../src/probe/stretches.js";

type Kind = "video" | "audio";

/** Packets at these times, each as long as it says. */
function packets(
  into: Stretches,
  kind: Kind,
  times: readonly number[],
  seconds: number,
): Stretches {
  for (const clock of times)
    into.add({ streamKey: kind, clock, shown: clock, seconds, isKey: true });
  return into;
}

function every(step: number, count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => from + i * step);
}

function judged(stretches: Stretches): () => void {
  const measured = stretches.end();
  return () => {
    requireFilm(measured);
  };
}

describe("a film is refused, and not made wrongly,", () => {
  test("where it claims to go on for years", () => {
    const slides = packets(new Stretches(), "video", every(599, 6000), 599);
    expect(judged(slides)).toThrow(/more than a month/);
  });

  test("where each frame of its sound claims to last for minutes", () => {
    const audio = packets(new Stretches(), "audio", every(500, 40), 500);
    expect(judged(audio)).toThrow(/sound claims to last 500 s/);
  });

  test("where its clock jumps, and its sound is full of holes there", () => {
    const film = packets(new Stretches(), "audio", every(0.02, 50), 0.02);
    packets(film, "audio", every(1, 50, 4e6), 0.02);
    expect(judged(film)).toThrow(/sound fills 1\.0 s of 49\.0 s/);
  });

  test("where many frames have times of their own", () => {
    const film = new Stretches();
    for (let i = 0; i < 100; i++)
      packets(film, "video", [i % 5 === 4 ? 1e6 * i : i * 0.04], 0.04);
    expect(judged(film)).toThrow(/20 of its 80 frames/);
  });

  test("where its clock is one that no number holds", () => {
    const film = packets(new Stretches(), "video", every(0.04, 50), 0.04);
    expect(() =>
      packets(film, "video", every(0.04, 50, 2e12), 0.04).end(),
    ).toThrow(/clock says 2000000000000 s/);
  });
});

test("a recording with a pause, a joint and a wild time is a film", () => {
  const film = packets(new Stretches(), "video", every(0.04, 100), 0.04);
  packets(film, "audio", every(0.02, 200), 0.02);
  packets(film, "video", [9000, ...every(0.04, 100, 8)], 0.04);
  packets(film, "audio", every(0.02, 200, 8), 0.02);
  packets(film, "video", every(0.04, 100), 0.04);
  packets(film, "audio", every(0.02, 200), 0.02);
  expect(judged(film)).not.toThrow();
});
