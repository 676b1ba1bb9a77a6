import type { PackProgress } from "../pipeline/options.js";
import type { BatchItem, ItemReport } from "./item.js";

/** The progress of a whole batch. */
export interface BatchProgress {
  /** Done share, in seconds of film. */
  readonly fraction: number;
  /** Missing while it is too early for a guess. */
  readonly remainingSeconds?: number;
}

/** Takes the events of a batch and gives its progress. */
export interface BatchClock {
  plan(item: BatchItem, filmSeconds: number): void;
  progress(item: BatchItem, progress: PackProgress): void;
  end(item: BatchItem, state: ItemReport["state"]): void;
  now(): BatchProgress;
}

/** The facts about one input. */
interface InputProgress {
  readonly bytes: number;
  /** Undefined before it is planned. */
  filmSeconds?: number;
  /** Done share, 0 to 1. */
  share: number;
  isOver: boolean;
}

/** No guess before this share of the films that were begun is done. */
const FIRST_SHARE = 0.02;

/**
 * Guesses the remaining time of a batch from the seconds of film done so far and the time
 * they took. The length of an input that was not looked at yet is guessed from its bytes,
 * in proportion to the other inputs.
 *
 * @param bytesOf size of an input; 0 when it is unknown
 * @param nowMs a clock that is never set back
 */
export function batchClock(
  items: readonly BatchItem[],
  bytesOf: (item: BatchItem) => number,
  nowMs: () => number = () => performance.now(),
): BatchClock {
  const progressByItem = new Map<number, InputProgress>(
    items.map((item) => [item.number, waiting(bytesOf(item))]),
  );
  let startMs: number | undefined;
  const change = ({ number }: BatchItem, by: (one: InputProgress) => void) => {
    const one = progressByItem.get(number);
    if (one !== undefined) by(one);
  };
  return {
    plan(item, filmSeconds) {
      startMs ??= nowMs();
      change(item, (one) => (one.filmSeconds = filmSeconds));
    },
    progress(item, { step, fraction }) {
      // Packaging and reading back take little time compared with encoding.
      const share = step === "measure" ? 0 : step === "encode" ? fraction : 1;
      change(item, (one) => (one.share = share));
    },
    end(item, state) {
      change(item, (one) => {
        one.isOver = true;
        if (state === "done") one.share = 1;
      });
    },
    now() {
      const elapsedSeconds = (nowMs() - (startMs ?? nowMs())) / 1000;
      return progressOf([...progressByItem.values()], elapsedSeconds);
    },
  };
}

function waiting(bytes: number): InputProgress {
  return { bytes, share: 0, isOver: false };
}

function progressOf(
  all: readonly InputProgress[],
  elapsedSeconds: number,
): BatchProgress {
  const guess = filmGuess(all);
  let begun = 0;
  let done = 0;
  let left = 0;
  for (const one of all) {
    const film = one.filmSeconds ?? guess(one);
    if (one.filmSeconds !== undefined) begun += film;
    done += film * one.share;
    // A failed or skipped input takes no more time.
    if (!one.isOver) left += film * (1 - one.share);
  }
  const fraction = done + left === 0 ? 0 : done / (done + left);
  if (done === 0 || done < begun * FIRST_SHARE) return { fraction };
  return {
    fraction,
    remainingSeconds: Math.round((left * elapsedSeconds) / done),
  };
}

/**
 * The guessed length of a film that was not looked at, from its bytes; without bytes, the
 * length of the others.
 */
function filmGuess(
  all: readonly InputProgress[],
): (one: InputProgress) => number {
  const seen = all.filter(({ filmSeconds }) => filmSeconds !== undefined);
  const sum = (
    of: readonly InputProgress[],
    figure: (one: InputProgress) => number,
  ) => of.reduce((total, one) => total + figure(one), 0);
  const seconds = (one: InputProgress) => one.filmSeconds ?? 0;
  const sized = seen.filter(({ bytes }) => bytes > 0);
  const perByte =
    sized.length === 0
      ? 0
      : sum(sized, seconds) / sum(sized, ({ bytes }) => bytes);
  const mean = seen.length === 0 ? 0 : sum(seen, seconds) / seen.length;
  return ({ bytes, isOver }) => {
    if (isOver) return 0;
    return bytes > 0 && perByte > 0 ? bytes * perByte : mean;
  };
}
