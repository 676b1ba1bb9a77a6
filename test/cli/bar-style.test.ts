import { describe, expect, test } from "vitest";
import { barLabel, wholeLabel } from "../../src/cli/batch-text.js";
import { columns } from "../../src/cli/columns.js";
import { barStyle } from "../../src/cli/terminal-reporter.js";

const item = {
  ...{ path: "films/映画.mp4", input: "films/映画.mp4", name: "映画" },
  ...{ number: 3, total: 12 },
};

describe.each([40, 60, 80, 100, 200])("a terminal of %i columns", (width) => {
  test("has room for the time left behind the bar of each input", () => {
    const { barsize, nameWidth, isBrief } = barStyle(true, width);
    const label = barLabel(item, nameWidth);
    const details = isBrief
      ? "100 %, 1:00:00 left"
      : "100 % encode, 120 fps, 10.00x, 1:00:00 left";
    expect(columns(label) + barsize + columns(details) + 2).toBeLessThanOrEqual(
      width,
    );
    expect(columns(wholeLabel(item, nameWidth))).toBe(columns(label));
  });

  test("has room for it behind the bar of a single input", () => {
    const { barsize, stepWidth, isBrief } = barStyle(false, width);
    const details = isBrief
      ? "100 %, 1:00:00 left"
      : "100 %, 120 fps, 10.00x, 1:00:00 left";
    expect(stepWidth + barsize + columns(details) + 2).toBeLessThanOrEqual(
      width,
    );
  });
});
