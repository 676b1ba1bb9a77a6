/** The layout of the progress bars on a terminal of some width. */
export interface BarStyle {
  /** In cli-progress's notation. */
  readonly format: string;
  readonly barsize: number;
  readonly stepWidth: number;
  /** Columns for an input's name. */
  readonly nameWidth: number;
  /** The time left alone stands behind the percentage. */
  readonly isBrief: boolean;
}

/** Percent, step, speed and time left, as in "100 % encode, 120 fps, 10.00x, 1:00:00 left". */
const DETAILS = 43;

/** The same without step and speed: "100 %, 1:00:00 left". */
const BRIEF_DETAILS = 19;

/** An item's place in the batch: "[10/20] ". */
const PLACE = 8;

/** A narrower terminal shows brief details of a batch. */
const WIDE = 76;

/**
 * The end of a line that is too long would be cut off, and there the time left stands.
 *
 * @param columns of the terminal
 */
export function barStyle(isBatch: boolean, columns: number): BarStyle {
  if (!isBatch) return styleOfOne(columns);
  return columns < WIDE ? narrowStyle(columns) : wideStyle(columns);
}

function styleOfOne(columns: number): BarStyle {
  return {
    format: "{step} {bar} {percentage} %{details}",
    barsize: between(columns - DETAILS - 3, 4, 30),
    ...{ stepWidth: 8, nameWidth: 0, isBrief: columns < 56 },
  };
}

function wideStyle(columns: number): BarStyle {
  return {
    format: "{label} {bar} {percentage} % {step}{details}",
    barsize: between(columns - PLACE - 24 - DETAILS - 2, 4, 20),
    ...{ stepWidth: 0, isBrief: false },
    nameWidth: between(columns - PLACE - 4 - DETAILS - 2, 10, 24),
  };
}

function narrowStyle(columns: number): BarStyle {
  return {
    format: "{label} {bar} {percentage} %{details}",
    ...{ barsize: 4, stepWidth: 0, isBrief: true },
    nameWidth: between(columns - PLACE - 4 - BRIEF_DETAILS - 2, 4, 24),
  };
}

function between(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
