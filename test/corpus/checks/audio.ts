import { expect } from "vitest";
import {
  beepTimes,
  frequency,
  SAMPLE_RATE,
  audioOf,
} from "../../support/measure.js";
import type { Check } from "../row.js";
import { flashTimes } from "./video.js";

/** A viewer notices from about 40 ms on. */
const IN_SYNC_SECONDS = 0.01;

/** Bursts begin at these times, within 10 ms. */
export function burstsAt(...times: readonly number[]): Check {
  return async ({ audio }) => expectNear(await beepTimes(audio), times);
}

/** Each flash of the picture comes with a burst of the sound, within 10 ms; there are so many. */
export function inSync(count: number): Check {
  return async (made) => {
    const flashes = await flashTimes(made);
    expect(flashes).toHaveLength(count);
    expectNear(await beepTimes(made.audio), flashes);
  };
}

/** As inSync, in each of so many sounds. */
export function allInSync(count: number, sounds: number): Check {
  return async (made) => {
    expect(made.sounds).toHaveLength(sounds);
    for (const audio of made.sounds) await inSync(count)({ ...made, audio });
  };
}

function expectNear(found: readonly number[], times: readonly number[]): void {
  const message = `found ${found.join(" ")}, expected ${times.join(" ")}`;
  expect(found, message).toHaveLength(times.length);
  for (const [i, time] of times.entries())
    expect(Math.abs((found[i] ?? NaN) - time), message).toBeLessThan(
      IN_SYNC_SECONDS,
    );
}

/** Silence between two times. */
export function silent(fromSeconds: number, toSeconds: number): Check {
  return async ({ audio }) =>
    expect(
      loudness(part(await audioOf(audio), fromSeconds, toSeconds)),
    ).toBeLessThan(0.005);
}

/** A tone of so many Hz between two times. */
export function tone(
  hertz: number,
  fromSeconds: number,
  toSeconds: number,
): Check {
  return async ({ audio }) => {
    const samples = part(await audioOf(audio), fromSeconds, toSeconds);
    expect(loudness(samples)).toBeGreaterThan(0.02);
    expect(frequency(samples)).toBeGreaterThan(hertz * 0.98);
    expect(frequency(samples)).toBeLessThan(hertz * 1.02);
  };
}

/** Of all channels only this one sounds; counted from 0. */
export function onlyChannel(channel: number, count: number): Check {
  return async ({ audio }) => {
    for (let i = 0; i < count; i++) {
      const samples = await audioOf(audio, ["-af", `pan=mono|c0=c${i}`]);
      const loud = loudness(part(samples, 0.5, 1.5));
      if (i === channel) expect(loud, `channel ${i}`).toBeGreaterThan(0.05);
      else expect(loud, `channel ${i}`).toBeLessThan(0.01);
    }
  };
}

/** Each channel a tone of its own. */
export function channelTones(...hertz: readonly number[]): Check {
  return async ({ audio }) => {
    for (const [i, expected] of hertz.entries()) {
      const samples = await audioOf(audio, ["-af", `pan=mono|c0=c${i}`]);
      const found = frequency(part(samples, 0.5, 1.5));
      expect(Math.abs(found - expected), `${found} Hz`).toBeLessThan(10);
    }
  };
}

/** In each channel as loud as this, in dB below full scale, within half a dB. */
export function loud(decibels: number, channels = 2): Check {
  return async ({ audio }) => {
    for (let i = 0; i < channels; i++) {
      const samples = await audioOf(audio, ["-af", `pan=mono|c0=c${i}`]);
      const found = 20 * Math.log10(loudness(part(samples, 0.5, 1.5)));
      expect(Math.abs(found - decibels), `${found} dB`).toBeLessThan(0.5);
    }
  };
}

/** So many fragments in every track. */
export function fragments(count: number): Check {
  return ({ result }) => {
    for (const track of result.tracks) expect(track.fragments).toBe(count);
  };
}

function part(samples: Int16Array, from: number, to: number): Int16Array {
  return samples.subarray(from * SAMPLE_RATE, to * SAMPLE_RATE);
}

/** Root of the mean square, 1 for full scale. */
function loudness(samples: Int16Array): number {
  const sum = samples.reduce((total, sample) => total + sample * sample, 0);
  return Math.sqrt(sum / samples.length) / 32_768;
}
