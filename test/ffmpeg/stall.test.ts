import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { progressWatch, startWatchdog } from "../../src/ffmpeg/stall.js";

describe("a watchdog", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const onStall = vi.fn();
  beforeEach(() => void onStall.mockClear());

  test("gives up after so long without a sign of life, once", () => {
    startWatchdog(600, onStall);
    vi.advanceTimersByTime(599_000);
    expect(onStall).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5_000_000);
    expect(onStall).toHaveBeenCalledOnce();
  });

  test("begins anew with each sign of life", () => {
    const watchdog = startWatchdog(10, onStall);
    for (let n = 0; n < 100; n++) {
      vi.advanceTimersByTime(9_000);
      watchdog.alive();
    }
    expect(onStall).not.toHaveBeenCalled();
  });

  test("does not count a night in which the machine sleeps", () => {
    startWatchdog(10, onStall);
    vi.advanceTimersByTime(5_000);
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    vi.advanceTimersByTime(4_000);
    expect(onStall).not.toHaveBeenCalled();
  });

  test("has patience for a hundred years", () => {
    startWatchdog(100 * 365 * 86_400, onStall);
    vi.advanceTimersByTime(1_000_000);
    expect(onStall).not.toHaveBeenCalled();
  });

  test("waits for ever with 0, and after it was stopped", () => {
    startWatchdog(0, onStall);
    startWatchdog(10, onStall).stop();
    vi.advanceTimersByTime(10_000_000);
    expect(onStall).not.toHaveBeenCalled();
  });
});

test("ffmpeg makes progress when frames, time or bytes grow, not when it only reports", () => {
  const isProgress = progressWatch();
  const report = ["frame=1", "fps=25", "out_time=00:00:01", "total_size=48"];
  expect(report.map(isProgress)).toEqual([true, false, true, true]);
  const again = ["frame=1", "fps=12", "out_time=00:00:01", "speed=0.5x"];
  expect(again.map(isProgress)).toEqual([false, false, false, false]);
  expect(["frame=1", "total_size=96"].map(isProgress)).toEqual([false, true]);
});
