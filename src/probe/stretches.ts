import { byStreamKey, type StreamKey } from "../media/film-clock.js";
import { KeyTimes } from "./packets.js";
import {
  addTo,
  AHEAD_SECONDS,
  BACK_SECONDS,
  closedStretch,
  distanceTo,
  isIn,
  type OpenStretch,
  type Stretch,
  type TimedPacket,
} from "./stretch-span.js";

/**
 * The times of a file's packets, gathered one by one in the order of the file. A steady
 * clock is one stretch. Where it jumps, by more than a film can stand still, another
 * begins. No memory is sized by a time in the file.
 */

/** A packet with a time far from those around it. */
export interface StrayPacket {
  readonly streamKey: StreamKey;
  readonly seconds: number;
  /** The time of the packet before it, and its stretch. */
  readonly after: number;
  readonly stretch: number;
}

export interface MeasuredStretches {
  readonly stretches: readonly Stretch[];
  readonly strays: readonly StrayPacket[];
  /** The last time of the file's clock, wild ones included. */
  readonly lastSeconds: number;
  /** When the first picture that can be decoded alone is shown; undefined where none is marked. */
  readonly firstKey?: number;
  /** The longest time between two of those. */
  readonly gopSeconds: number;
}

/** This many packets behind a jump prove that they are not single stray packets. */
const PROOF = 8;

/** ffmpeg's own numbers overflow beyond it: 30,000 years. */
const LARGEST_CLOCK = 1e12;

/** No recording has more jumps; each takes room in the command. */
const MOST_STRETCHES = 250;

/** Packets that are listed; further ones are only counted. */
const STRAYS_KEPT = 1000;

interface StreamState {
  stretch: number;
  suspects: TimedPacket[];
}

export class Stretches {
  readonly #stretches: OpenStretch[] = [];
  readonly #strays: StrayPacket[] = [];
  readonly #states = new Map<StreamKey, StreamState>([
    ["video", { stretch: 0, suspects: [] }],
    ["audio", { stretch: 0, suspects: [] }],
  ]);
  readonly #keys = new KeyTimes();
  #lastSeconds = -Infinity;

  /** @throws RangeError when the clock jumps more often than any recording's */
  add(packet: TimedPacket): void {
    if (!Number.isFinite(packet.clock)) return;
    this.#lastSeconds = Math.max(this.#lastSeconds, packet.shown);
    const state = this.#stateOf(packet.streamKey);
    const home = this.#homeOf(packet);
    if (home === undefined) this.#suspect(packet);
    else {
      this.#forgive(packet.streamKey);
      state.stretch = home;
      this.#put(packet, home);
    }
  }

  /** A packet that is decoded and not shown: only a wild time matters. */
  addUnshown({ streamKey, clock, shown }: TimedPacket): void {
    if (Math.abs(shown - clock) <= AHEAD_SECONDS) return;
    const { stretch } = this.#stateOf(streamKey);
    const after = this.#stretches[stretch]?.[streamKey]?.lastShown ?? 0;
    this.#stray(streamKey, shown, after);
  }

  end(): MeasuredStretches {
    for (const [streamKey, { suspects }] of this.#states) {
      // A few packets behind a jump at the very end are a piece of the film if they go
      // on.
      if (suspects.length > 1) this.#begin(suspects);
      else this.#forgive(streamKey);
    }
    const stretches = this.#stretches
      .map(closedStretch)
      .filter((stretch, _, all) => {
        const counts = byStreamKey(stretch).map(([, { packets }]) => packets);
        const packets = counts.reduce((sum, count) => sum + count, 0);
        return packets > 1 || all.length === 1;
      });
    return {
      stretches,
      // Where the clock jumps, frames that are shown later come first.
      strays: this.#strays.filter(
        ({ streamKey, seconds }) =>
          !stretches.some((each) => isIn(each[streamKey], seconds)),
      ),
      ...{ lastSeconds: this.#lastSeconds, ...this.#keys.end() },
    };
  }

  #stateOf(streamKey: StreamKey): StreamState {
    const existing = this.#states.get(streamKey);
    if (existing !== undefined) return existing;
    const state = { stretch: 0, suspects: [] };
    this.#states.set(streamKey, state);
    return state;
  }

  /** The stretch that a packet continues; undefined when its time fits none. */
  #homeOf(packet: TimedPacket): number | undefined {
    const { stretch } = this.#stateOf(packet.streamKey);
    if (this.#stretches.length === 0) this.#stretches.push({});
    const last = this.#stretches.length - 1;
    // Another stream may already be in a new stretch.
    const fitting = stretch === last ? [last] : [stretch, last];
    const distances = fitting.map((i) =>
      distanceTo(this.#stretches[i] ?? {}, packet),
    );
    const nearest = Math.min(...distances);
    return nearest === Infinity
      ? undefined
      : fitting[distances.lastIndexOf(nearest)];
  }

  #put(packet: TimedPacket, i: number): void {
    const { streamKey, shown, isKey } = packet;
    const stretch = (this.#stretches[i] ??= {});
    const lastShown = stretch[streamKey]?.lastShown ?? 0;
    const at = addTo(stretch, packet);
    if (at === undefined) this.#stray(streamKey, shown, lastShown);
    else if (isKey && streamKey === "video") this.#keys.add(at);
  }

  #suspect(packet: TimedPacket): void {
    const state = this.#stateOf(packet.streamKey);
    const before = state.suspects.at(-1);
    const goesOn =
      before === undefined ||
      (packet.clock >= before.clock - BACK_SECONDS &&
        packet.clock <= before.clock + AHEAD_SECONDS);
    if (!goesOn) this.#forgive(packet.streamKey);
    state.suspects.push(packet);
    if (state.suspects.length >= PROOF) this.#begin(state.suspects);
  }

  /** The clock has jumped. These packets begin a new stretch, with the waiting packets of other streams. */
  #begin(packets: readonly TimedPacket[]): void {
    const [first] = packets;
    if (first === undefined) return;
    if (Math.abs(first.clock) > LARGEST_CLOCK)
      throw new RangeError(`its clock says ${Math.round(first.clock)} s`);
    if (this.#stretches.length >= MOST_STRETCHES)
      throw new RangeError("its clock jumps more often than any recording's");
    const i = this.#stretches.push({}) - 1;
    const own = this.#stateOf(first.streamKey);
    [own.stretch, own.suspects] = [i, []];
    for (const packet of packets) this.#put(packet, i);
    for (const other of this.#states.values()) {
      const waiting = other.suspects;
      other.suspects = [];
      for (const packet of waiting) this.add(packet);
    }
  }

  /** The clock goes on as before: the suspects were single packets with a wild time. */
  #forgive(streamKey: StreamKey): void {
    const state = this.#stateOf(streamKey);
    const after = this.#stretches[state.stretch]?.[streamKey]?.lastShown ?? 0;
    for (const { shown } of state.suspects)
      this.#stray(streamKey, shown, after);
    state.suspects = [];
  }

  #stray(streamKey: StreamKey, seconds: number, after: number): void {
    if (this.#strays.length < STRAYS_KEPT)
      this.#strays.push({
        ...{ streamKey, seconds, after },
        stretch: this.#stateOf(streamKey).stretch,
      });
  }
}
