import type { AudienceFigures, Replies, RungShare } from "./audience-report.js";
import type { Rung } from "./stream.js";
import type { RungTime, Tally } from "./tally.js";

const TICKS_PER_SECOND = 1e7;

/** A tally in the words of the report. */
export function figuresOf(tally: Tally): AudienceFigures {
  const times = [...tally.watched].map(([rung, time]) => timeOf(rung, time));
  const ticks = sum(times.map((time) => time.ticks));
  const rungs = sharesOf(times, ticks);
  const bits = sum(rungs.map(({ bitrate, seconds }) => bitrate * seconds));
  return {
    viewers: tally.viewers.size,
    playbacks: tally.playbacks,
    secondsWatched: secondsOf(ticks),
    secondsEstimated: secondsOf(sum(times.map((time) => time.estimated))),
    averageBitrate:
      ticks === 0
        ? null
        : Math.round(bits / sum(rungs.map(({ seconds }) => seconds))),
    rungs,
    switchesUp: tally.switchesUp,
    switchesDown: tally.switchesDown,
    ...repliesOf(tally),
    cacheHits: tally.cacheHits,
    cacheTold: tally.cacheTold,
  };
}

export function repliesOf(tally: Tally): Replies {
  const errors = [...tally.errors].map(([status, requests]) => ({
    status,
    requests,
  }));
  return {
    requests: tally.requests,
    bytes: tally.bytes,
    errors: errors.sort(
      (a, b) => b.requests - a.requests || a.status - b.status,
    ),
    aborted: tally.aborted,
  };
}

interface Watched {
  readonly rung: Rung;
  readonly ticks: number;
  /** How many of the ticks no line told. */
  readonly estimated: number;
}

/** Some lines may have told a duration after it was watched. */
function timeOf(rung: Rung, { ticks, untold }: RungTime): Watched {
  let [told, estimated] = [ticks, 0];
  for (const [place, count] of untold) {
    const duration = rung.stream.toldDuration(place);
    if (duration !== undefined) told += duration * count;
    else estimated += rung.stream.estimatedDuration(place) * count;
  }
  return { rung, ticks: told + estimated, estimated };
}

/** The same bitrate of several packages, or streams, is one rung. */
function sharesOf(times: readonly Watched[], all: number): RungShare[] {
  const byName = new Map<string, { rung: Rung; ticks: number }>();
  for (const { rung, ticks } of times) {
    const name = `${rung.stream.type} ${rung.bitrate}`;
    const before = byName.get(name)?.ticks ?? 0;
    byName.set(name, { rung, ticks: before + ticks });
  }
  const shares = [...byName.values()].flatMap(({ rung, ticks }) => {
    const { type } = rung.stream;
    if (type === "text") return [];
    const share = all === 0 ? 0 : Math.round((ticks / all) * 1e4) / 1e4;
    return [{ type, bitrate: rung.bitrate, seconds: secondsOf(ticks), share }];
  });
  return shares.sort(
    (a, b) =>
      TYPES.indexOf(a.type) - TYPES.indexOf(b.type) || b.bitrate - a.bitrate,
  );
}

const TYPES: readonly RungShare["type"][] = ["video", "unknown", "audio"];

/** To the millisecond. */
function secondsOf(ticks: number): number {
  return Math.round((ticks / TICKS_PER_SECOND) * 1e3) / 1e3;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
