import { expect } from "vitest";
import { CUES, FRAGMENT_SECONDS } from "./languages.js";

/** When a picture was shown, and what was written over it. */
type Reading = readonly [seconds: number, captions: string];

type CueLanguage = "eng" | "deu";

/** A busy machine writes captions a little after the picture. */
const MARGIN_SECONDS = 0.3;

/**
 * Each caption was there for its whole time, and there was none at other times.
 *
 * dash.js draws a caption one picture after its cue begins, and clears it when the cue ends. Where a caption goes on in
 * the next fragment, one cue ends and another begins: single pictures without captions were seen there. And when
 * it exchanges its list of cues while one ends, that caption stays until the next is drawn: seen once in twenty
 * plays, on a busy machine, for a second. Nobody excuses a wrong text, or a caption that is missing.
 *
 * @param from the captions before it were not played
 */
export function expectCaptions(
  player: string,
  readings: readonly Reading[],
  language: CueLanguage,
  from: number,
): void {
  const cues = CUES.filter(({ begin }) => begin > from);
  const isExcused = player === "dash";
  const during = cues.map(({ begin, end }) =>
    textsOf(
      between(readings, begin, end).filter(
        (one) => !(isExcused && isBlankAtBorder(one, begin)),
      ),
    ),
  );
  expect(during).toEqual(cues.map(({ [language]: words }) => [words]));
  const pauses = cues.map(({ begin }, i) =>
    textsOf(between(readings, cues[i - 1]?.end ?? from, begin)),
  );
  const stayed = pauses.filter((texts, i) => {
    const before = cues[i - 1]?.[language];
    return before !== undefined && texts.includes(before);
  });
  expect(stayed.length).toBeLessThanOrEqual(isExcused ? 1 : 0);
  const others = pauses.flatMap((texts, i) =>
    texts.filter((text) => text !== cues[i - 1]?.[language]),
  );
  expect(others.filter((text) => text !== "")).toEqual([]);
}

function between(
  readings: readonly Reading[],
  begin: number,
  end: number,
): Reading[] {
  return readings.filter(
    ([at]) => at > begin + MARGIN_SECONDS && at < end - MARGIN_SECONDS,
  );
}

function textsOf(readings: readonly Reading[]): string[] {
  return [...new Set(readings.map(([, captions]) => captions))];
}

/** Without captions, a moment after a fragment begins in the middle of a cue? */
function isBlankAtBorder([at, captions]: Reading, begin: number): boolean {
  const border = Math.floor(at / FRAGMENT_SECONDS) * FRAGMENT_SECONDS;
  return captions === "" && begin < border && at - border < MARGIN_SECONDS;
}
