import type { Findings } from "./finding.js";
import type { CheckedRun } from "./fragment-check.js";

/**
 * What is kept of the fragments of a track: columns, as an object for each would be garbage that
 * stays for long. So would new columns for each of twenty captions: all tracks use the same.
 */
export class TrackRuns {
  count = 0;
  /** Of all fragments that were read. */
  samples = 0;
  bytes = 0;
  #state = new Uint8Array();
  #duration = new Float64Array();
  #size = new Float64Array();
  #firstOffset = new Float64Array();
  #sequence = new Float64Array();

  /** Begins a track with so many fragments. */
  begin(count: number): void {
    this.count = count;
    this.samples = this.bytes = 0;
    this.#state.fill(UNREAD);
    if (count <= this.#state.length) return;
    this.#state = new Uint8Array(count);
    this.#duration = new Float64Array(count);
    this.#size = new Float64Array(count);
    this.#firstOffset = new Float64Array(count);
    this.#sequence = new Float64Array(count);
  }

  /** Called once for a fragment. */
  set(i: number, { samples, bytes, duration, ...run }: CheckedRun): void {
    this.samples += samples;
    this.bytes += bytes;
    this.#state[i] = run.hasTime ? TIMED : UNTIMED;
    this.#duration[i] = duration;
    this.#size[i] = bytes;
    this.#firstOffset[i] = run.firstOffset;
    this.#sequence[i] = run.sequence;
  }

  /** Undefined for a fragment that was not read, or has no readable moof. */
  duration(i: number): number | undefined {
    return this.#isRead(i) ? this.#duration[i] : undefined;
  }

  /** Bytes of its samples. */
  size(i: number): number | undefined {
    return this.#isRead(i) ? this.#size[i] : undefined;
  }

  firstOffset(i: number): number | undefined {
    return this.#isRead(i) ? this.#firstOffset[i] : undefined;
  }

  sequence(i: number): number | undefined {
    return this.#isRead(i) ? this.#sequence[i] : undefined;
  }

  /** The composition offset with which most fragments begin. */
  get usualOffset(): number {
    return usualOffset(this);
  }

  hasTime(i: number): boolean | undefined {
    return this.#isRead(i) ? this.#state[i] === TIMED : undefined;
  }

  #isRead(i: number): boolean {
    return (this.#state[i] ?? UNREAD) !== UNREAD;
  }
}

const UNREAD = 0;
const UNTIMED = 1;
const TIMED = 2;

/**
 * A habit of a maker shows in all fragments of a track; a difference in one fragment is
 * damage.
 */
export function checkTrackRuns(
  file: string,
  runs: TrackRuns,
  findings: Findings,
): void {
  checkTold(file, runs, findings);
  checkSequence(file, runs, findings);
  checkFirstOffsets(file, runs, findings);
}

/** Makers on demand wrote times only in index and manifest. */
function checkTold(file: string, runs: TrackRuns, findings: Findings): void {
  let isLayout = true;
  for (let i = 0; i < runs.count; i++) if (runs.hasTime(i)) isLayout = false;
  for (let i = 0; i < runs.count; i++) {
    if (runs.hasTime(i) !== false) continue;
    const place = findings.in(file, i + 1);
    const where = isLayout ? place.dialect : place;
    where.say("tfxd", "no tfxd box: it does not say when it begins");
  }
}

/**
 * Numbers grow. In a file of several tracks they count all fragments together, and a fragment
 * that is lost leaves its number out: then its time is missing too. MS-SSTR 2.2.4.2
 */
function checkSequence(
  file: string,
  runs: TrackRuns,
  findings: Findings,
): void {
  let before = 0;
  for (let i = 0; i < runs.count; i++) {
    const number = runs.sequence(i);
    if (number === undefined) continue;
    // As in nearly all fragments, of which a film with captions has 100,000.
    if (number === i + 1 && number > before) {
      before = number;
      continue;
    }
    const place = findings.in(file, i + 1);
    const where = number > before || i === 0 ? place.dialect : place;
    const what = "sequence_number in mfhd";
    // NaN is no number: the moof has none.
    const found = Number.isNaN(number) ? undefined : number;
    const expected = number > before ? i + 1 : before + 1;
    where.expect("sequence", what, found, expected);
    before = Math.max(before, found ?? 0);
  }
}

/** Times are those of the first picture, so an offset unlike most others moves pictures. */
function checkFirstOffsets(
  file: string,
  runs: TrackRuns,
  findings: Findings,
): void {
  const usual = usualOffset(runs);
  for (let i = 0; i < runs.count; i++) {
    const offset = runs.firstOffset(i);
    const isLayout = offset === usual && usual > 0;
    const expected = isLayout ? 0 : Math.max(0, usual);
    if (offset === undefined || offset === expected) continue;
    const place = findings.in(file, i + 1);
    const where = isLayout ? place.dialect : place;
    const what = "composition offset of the first sample";
    where.expect("composition", what, offset, expected);
  }
}

/** The most frequent value, the smallest of several; 0 for no values. */
function usualOffset(runs: TrackRuns): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < runs.count; i++) {
    const value = runs.firstOffset(i);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, n], [b, m]) => m - n || a - b);
  return most?.[0] ?? 0;
}
