import type { TrackKind } from "../media/track.js";
import { KeyTimes } from "./packets.js";

/**
 * What the packets of a file say about time, gathered one by one in the order of
 * the file. A clock that goes on is one stretch; where it jumps, by more than a
 * film can stand still, another begins. Nothing is sized by a time that is claimed.
 */

export interface TimedPacket {
  readonly kind: TrackKind;
  /** Decode time, or presentation time where that is all there is. In seconds of the file's clock. */
  readonly clock: number;
  /** Presentation time. */
  readonly shown: number;
  /** 0 when the file does not tell. */
  readonly seconds: number;
  readonly isKey: boolean;
}

/** What one stream fills of a stretch, in seconds of the file's clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly packets: number;
  /** What its packets say that they last, added up; 0 when they do not. */
  readonly filled: number;
  /** The usual time from one packet to the next. */
  readonly gap: number;
}

export interface Stretch {
  readonly video?: Span;
  readonly audio?: Span;
}

/** A packet whose time lies far from those around it. */
export interface Stray {
  readonly kind: TrackKind;
  readonly seconds: number;
  /** The time of the packet before it, and its stretch. */
  readonly after: number;
  readonly stretch: number;
}

export interface Measured {
  readonly stretches: readonly Stretch[];
  readonly strays: readonly Stray[];
  /** The last time that the file's clock shows, wild ones too. */
  readonly lastSeconds: number;
  /** When the first picture is shown that can be decoded alone; undefined where none is marked. */
  readonly firstKey?: number;
  /** The longest time between two of those. */
  readonly gopSeconds: number;
}

/** A clock that goes back by more, and by more than the frames that may be out of order, has jumped. */
const BACK_SECONDS = 0.5;
const BACK_FRAMES = 4;

/** Where neither picture nor sound has a frame for longer, the clock has jumped ahead. As ffmpeg does. */
const AHEAD_SECONDS = 10;

/** A picture alone may stand still, and be meant so. */
const ALONE_SECONDS = 600;

/** So many packets behind a jump show that it is none of single packets. */
const PROOF = 8;

/** Beyond it ffmpeg's own numbers run over: 30,000 years. */
const LARGEST_CLOCK = 1e12;

/** More jumps than a recording has; each takes room in the command. */
const MOST_STRETCHES = 250;

/** Packets that are told of by name; more only count. */
const STRAYS_KEPT = 1000;

/** The time by which a picture is decoded ahead of its turn: 16 frames in H.264. */
const FRAMES_REORDERED = 32;

interface OpenSpan {
  from: number;
  /** Of the packet that is shown last. */
  lastShown: number;
  lastSeconds: number;
  lastClock: number;
  firstClock: number;
  packets: number;
  filled: number;
}

type OpenStretch = Partial<Record<TrackKind, OpenSpan>>;

interface StreamState {
  stretch: number;
  suspects: TimedPacket[];
}

export class Stretches {
  readonly #stretches: OpenStretch[] = [];
  readonly #strays: Stray[] = [];
  readonly #state: Record<TrackKind, StreamState> = {
    video: { stretch: 0, suspects: [] },
    audio: { stretch: 0, suspects: [] },
  };
  readonly #keys = new KeyTimes();
  #lastSeconds = -Infinity;

  /** @throws RangeError when the clock jumps more often than any recording's */
  add(packet: TimedPacket): void {
    if (!Number.isFinite(packet.clock)) return;
    this.#lastSeconds = Math.max(this.#lastSeconds, packet.shown);
    const state = this.#state[packet.kind];
    const home = this.#homeOf(packet);
    if (home === undefined) this.#suspect(packet);
    else {
      this.#forgive(packet.kind);
      state.stretch = home;
      this.#put(packet, home);
    }
  }

  /** A packet that is decoded and not shown: only a wild time is of interest. */
  addUnshown({ kind, clock, shown }: TimedPacket): void {
    if (Math.abs(shown - clock) <= AHEAD_SECONDS) return;
    const { stretch } = this.#state[kind];
    const after = this.#stretches[stretch]?.[kind]?.lastShown ?? 0;
    this.#stray(kind, shown, after);
  }

  end(): Measured {
    for (const kind of ["video", "audio"] as const) {
      // A few packets behind a jump at the very end: they are a piece of film if they go on.
      const { suspects } = this.#state[kind];
      if (suspects.length > 1) this.#begin(suspects);
      else this.#forgive(kind);
    }
    const stretches = this.#stretches
      .map(({ video, audio }) => ({
        ...(video && { video: closed(video) }),
        ...(audio && { audio: closed(audio) }),
      }))
      .filter(({ video, audio }, _, all) => {
        const packets = (video?.packets ?? 0) + (audio?.packets ?? 0);
        return packets > 1 || all.length === 1;
      });
    return {
      stretches,
      // Where the clock jumps, frames that are shown later come first.
      strays: this.#strays.filter(
        ({ kind, seconds }) =>
          !stretches.some((each) => isIn(each[kind], seconds)),
      ),
      ...{ lastSeconds: this.#lastSeconds, ...this.#keys.end() },
    };
  }

  /** The stretch that a packet goes on with; undefined when its time fits to none. */
  #homeOf(packet: TimedPacket): number | undefined {
    const { stretch } = this.#state[packet.kind];
    if (this.#stretches.length === 0) this.#stretches.push({});
    const last = this.#stretches.length - 1;
    // The other stream may have gone over to a new stretch already.
    const fitting = stretch === last ? [last] : [stretch, last];
    const distances = fitting.map((i) => this.#distance(packet, i));
    const nearest = Math.min(...distances);
    return nearest === Infinity
      ? undefined
      : fitting[distances.lastIndexOf(nearest)];
  }

  /** How far a packet is from where its stream stands in a stretch; Infinity when it cannot be of it. */
  #distance({ kind, clock }: TimedPacket, i: number): number {
    const stretch = this.#stretches[i] ?? {};
    const own = stretch[kind];
    const other = stretch[kind === "video" ? "audio" : "video"];
    if (own === undefined && other === undefined) return 0;
    const ends = [own, other].flatMap((span) =>
      // How long a sample lasts is a claim, too.
      span ? [span.lastClock + Math.min(span.lastSeconds, ALONE_SECONDS)] : [],
    );
    const end = Math.max(...ends);
    const begin = own
      ? own.lastClock - Math.max(BACK_SECONDS, BACK_FRAMES * gapOf(own))
      : (other?.firstClock ?? 0) - AHEAD_SECONDS;
    const isBeside =
      other === undefined
        ? own === undefined
        : other.lastClock > end - AHEAD_SECONDS;
    const ahead = isBeside ? AHEAD_SECONDS : ALONE_SECONDS;
    if (clock < begin || clock > end + ahead) return Infinity;
    return Math.abs(clock - (own ?? other ?? { lastClock: 0 }).lastClock);
  }

  #put(packet: TimedPacket, i: number): void {
    const { kind, clock, shown, seconds, isKey } = packet;
    const stretch = (this.#stretches[i] ??= {});
    const span = stretch[kind];
    const step = span === undefined ? 0 : clock - span.lastClock;
    const isStray =
      Math.abs(shown - clock) >
      Math.max(AHEAD_SECONDS, FRAMES_REORDERED * Math.max(step, seconds));
    if (isStray && span !== undefined) {
      this.#stray(kind, shown, span.lastShown);
      span.lastClock = Math.max(span.lastClock, clock);
      return;
    }
    const at = isStray ? clock : shown;
    if (isKey && kind === "video") this.#keys.add(at);
    if (span === undefined) {
      stretch[kind] = {
        ...{ from: at, lastShown: at, lastSeconds: seconds },
        ...{ lastClock: clock, firstClock: clock, packets: 1 },
        filled: seconds,
      };
      return;
    }
    span.packets++;
    span.filled += seconds;
    span.lastClock = Math.max(span.lastClock, clock);
    span.from = Math.min(span.from, at);
    if (at < span.lastShown) return;
    span.lastShown = at;
    span.lastSeconds = seconds;
  }

  #suspect(packet: TimedPacket): void {
    const { suspects } = this.#state[packet.kind];
    const before = suspects.at(-1);
    const goesOn =
      before === undefined ||
      (packet.clock >= before.clock - BACK_SECONDS &&
        packet.clock <= before.clock + AHEAD_SECONDS);
    if (!goesOn) this.#forgive(packet.kind);
    this.#state[packet.kind].suspects.push(packet);
    if (this.#state[packet.kind].suspects.length >= PROOF)
      this.#begin(this.#state[packet.kind].suspects);
  }

  /** The clock has jumped: these packets begin a new stretch, and those of the other stream that wait go with them. */
  #begin(packets: readonly TimedPacket[]): void {
    const [first] = packets;
    if (first === undefined) return;
    if (Math.abs(first.clock) > LARGEST_CLOCK)
      throw new RangeError(`its clock says ${Math.round(first.clock)} s`);
    if (this.#stretches.length >= MOST_STRETCHES)
      throw new RangeError("its clock jumps more often than any recording's");
    const i = this.#stretches.push({}) - 1;
    this.#state[first.kind] = { stretch: i, suspects: [] };
    for (const packet of packets) this.#put(packet, i);
    const other = first.kind === "video" ? "audio" : "video";
    const waiting = this.#state[other].suspects;
    this.#state[other].suspects = [];
    for (const packet of waiting) this.add(packet);
  }

  /** The clock goes on as before: what was suspected were single packets with a wild time. */
  #forgive(kind: TrackKind): void {
    const state = this.#state[kind];
    const after = this.#stretches[state.stretch]?.[kind]?.lastShown ?? 0;
    for (const { shown } of state.suspects) this.#stray(kind, shown, after);
    state.suspects = [];
  }

  #stray(kind: TrackKind, seconds: number, after: number): void {
    if (this.#strays.length < STRAYS_KEPT)
      this.#strays.push({
        ...{ kind, seconds, after },
        stretch: this.#state[kind].stretch,
      });
  }
}

/** The last frame lasts as long as it says, if that is no longer than a picture stands; else as the others. */
function closed(span: OpenSpan): Span {
  const { from, lastShown, lastSeconds, packets, filled } = span;
  const gap = gapOf(span);
  const isLikely = lastSeconds > 0 && lastSeconds <= ALONE_SECONDS;
  return {
    from,
    to: lastShown + (isLikely ? lastSeconds : Math.min(gap, ALONE_SECONDS)),
    ...{ packets, filled },
    gap: Math.min(gap, ALONE_SECONDS),
  };
}

function isIn(span: Span | undefined, seconds: number): boolean {
  return (
    span !== undefined &&
    seconds >= span.from - BACK_SECONDS &&
    seconds <= span.to + BACK_SECONDS
  );
}

function gapOf({ from, lastShown, lastSeconds, packets }: OpenSpan): number {
  return packets > 1
    ? (lastShown - from) / (packets - 1)
    : Math.max(0, lastSeconds);
}
