import { describe, expect, test } from "vitest";
import type { Rational } from "../../src/media/time.js";
import { chooseFrameRate, rateText } from "../../src/plan/frame-rate.js";

/** A ratio from text such as "30000/1001", as ffprobe prints it. */
function rate(text: string): Rational {
  const [num = 0, den = 1] = text.split("/").map(Number);
  return { num, den };
}

describe("a constant frame rate", () => {
  test.for([
    { nominal: "24000/1001", chosen: "24000/1001" },
    { nominal: "24/1", chosen: "24/1" },
    { nominal: "25/1", chosen: "25/1" },
    { nominal: "50/2", chosen: "25/1" },
    { nominal: "30000/1001", chosen: "30000/1001" },
    { nominal: "60000/1001", chosen: "60000/1001" },
    { nominal: "60/1", chosen: "60/1" },
    // Clocks of milliseconds and of cameras.
    { nominal: "1000000/33333", chosen: "30/1" },
    { nominal: "2997/100", chosen: "30000/1001" },
    { nominal: "23976/1000", chosen: "24000/1001" },
    { nominal: "60001/1000", chosen: "60/1" },
    // Rates of no standard are kept.
    { nominal: "37/5", chosen: "37/5" },
    { nominal: "30/2", chosen: "15/1" },
    { nominal: "48/1", chosen: "48/1" },
  ])("of $nominal becomes $chosen without a word", ({ nominal, chosen }) => {
    expect(chooseFrameRate(rate(nominal), rate(nominal))).toEqual({
      rate: rate(chosen),
    });
  });

  test.for([
    { nominal: "120/1", chosen: "60/1", from: "120", to: "60" },
    {
      nominal: "120000/1001",
      chosen: "60000/1001",
      from: "119.88",
      to: "59.94",
    },
    { nominal: "240/1", chosen: "60/1", from: "240", to: "60" },
    { nominal: "100/1", chosen: "50/1", from: "100", to: "50" },
    { nominal: "144/1", chosen: "36/1", from: "144", to: "36" },
  ])(
    "of $from is halved to $to: motion stays even",
    ({ nominal, chosen, from, to }) => {
      expect(chooseFrameRate(rate(nominal), rate(nominal))).toEqual({
        rate: rate(chosen),
        note: `frame rate ${from} lowered to ${to}: Smooth clients decode up to 60`,
      });
    },
  );
});

describe("a variable frame rate", () => {
  test.for([
    // Phones drop a few frames of their setting.
    { average: "2983/100", chosen: "30000/1001", from: "29.83", to: "29.97" },
    { average: "2999/100", chosen: "30/1", from: "29.99", to: "30" },
    { average: "5900/100", chosen: "60000/1001", from: "59", to: "59.94" },
    { average: "2470/100", chosen: "25/1", from: "24.7", to: "25" },
    // Too far below any standard: the average itself.
    { average: "74/10", chosen: "37/5", from: "7.4", to: "7.4" },
    { average: "1000/37", chosen: "27027/1000", from: "27.027", to: "27.027" },
  ])(
    "of $from on average becomes a constant $to",
    ({ average, chosen, from, to }) => {
      expect(chooseFrameRate(rate("90000/1"), rate(average))).toEqual({
        rate: rate(chosen),
        note: `variable frame rate, ${from} on average, made a constant ${to}`,
      });
    },
  );
});

describe("where frames are timed, their times count, not the headers", () => {
  test.for([
    // A phone's clock as nominal rate, a pause in the average.
    { usual: "30/1", irregular: 0, chosen: "30/1" },
    { usual: "30000/1001", irregular: 0.01, chosen: "30000/1001" },
    { usual: "29999/1000", irregular: 0, chosen: "30/1" },
    { usual: "37/5", irregular: 0, chosen: "37/5" },
    // Of an odd rate with parts beyond a container's clock, a thousandth.
    { usual: "12345678/1000003", irregular: 0, chosen: "6173/500" },
  ])("$usual is a constant $chosen", ({ usual, irregular, chosen }) => {
    const timing = { usualRate: rate(usual), irregularShare: irregular };
    expect(chooseFrameRate(rate("90000/1"), rate("19/1"), timing)).toEqual({
      rate: rate(chosen),
    });
  });

  test("so one gap in fifty that differs makes a rate variable", () => {
    const timing = { usualRate: rate("30/1"), irregularShare: 0.02 };
    expect(chooseFrameRate(rate("30/1"), rate("2950/100"), timing)).toEqual({
      rate: rate("30/1"),
      note: "variable frame rate, 29.5 on average, made a constant 30",
    });
  });

  test("and a rate above 60 is halved all the same", () => {
    const timing = { usualRate: rate("120/1"), irregularShare: 0 };
    const chosen = chooseFrameRate(rate("90000/1"), rate("100/1"), timing);
    expect(chosen.rate).toEqual(rate("60/1"));
  });
});

// Six frames timed in whole milliseconds: 208 of them for five gaps of 41.67.
test("a clip too short to time its frames keeps the rate of its headers", () => {
  const timing = { usualRate: rate("625/26"), irregularShare: 0 };
  expect(chooseFrameRate(rate("24/1"), rate("24/1"), timing)).toEqual({
    rate: rate("24/1"),
  });
});

test("a film of one frame in an hour has a rate all the same", () => {
  const { rate: slow } = chooseFrameRate(rate("90000/1"), rate("1/3600"));
  expect(slow.num).toBeGreaterThan(0);
});

test("people read rates with three decimals at most", () => {
  expect(rateText(rate("30000/1001"))).toBe("29.97");
  expect(rateText(rate("24000/1001"))).toBe("23.976");
  expect(rateText(rate("25/1"))).toBe("25");
});
