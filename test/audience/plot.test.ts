import { expect, test } from "vitest";
import { ends } from "../../src/audience/page/plot.js";

test.for([
  [["0", "1", "2", "3", "4", "5"], "0 3 5"],
  [["0", "1", "2", "3", "4"], "0 2 4"],
  [["0", "1"], "0 1"],
  [["0"], "0"],
  [[], ""],
] as const)(
  "below a plot of %j, the middle one is what stands there",
  ([labels, shown]) => {
    expect(ends(labels).join(" ")).toBe(shown);
  },
);
