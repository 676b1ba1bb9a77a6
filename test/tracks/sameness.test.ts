import { join } from "node:path";
import { expect, test } from "vitest";
import { codecNamed } from "../../src/codecs/index.js";
import { eachFragment } from "../../src/media/fragments.js";
import { mux, type MuxResult } from "../../src/pipeline/mux.js";
import type { SourceTrack } from "../../src/tracks/read-track.js";
import {
  describeReader,
  missingForCurrentFfmpeg,
  run,
  tools,
} from "../support/programs.js";
import { tempFolder } from "../support/temp.js";
import { FIXTURES } from "./fixtures.js";
import {
  ffprobePackets,
  halfTicksApart,
  isBefore,
  md5,
  minus,
  mp4boxPackets,
  ownPackets,
  type Packet,
  type PacketTrack,
  type Seconds,
} from "./packets.js";

const folder = tempFolder();
const missing = await missingForCurrentFfmpeg();

describeReader(
  "samples of the package are the source's, byte for byte and at their times:",
  missing,
  () => {
    test.concurrent.for(FIXTURES)("%s", async ([name, make, odd = {}]) => {
      const path = await make(folder);
      const output = join(folder, name.replace(/\W/g, "-"));
      const result = await mux([path], {
        ...{ output, fsync: false, name: "film" },
        fragmentSeconds: odd.fragmentSeconds,
      });
      const source = (await ffprobePackets(path)).map((track) =>
        earlier(track, odd.ffmpegLate?.[track.kind]),
      );
      const zero = earliest(source);
      const decodedSource = await decoded(path);
      for (const { source: from, file } of result.plan.tracks) {
        const track = source.find(({ id }) => id === from.trackId);
        if (track === undefined) throw new Error(`no track ${from.trackId}`);
        const packed = await packedOf(join(output, file), silenceOf(from));
        const end = result.plan.durationSeconds;
        const shown = presented(track).filter(
          ({ time }) => secondsOf(minus(time, zero)) < end - 0.001,
        );
        expectSame(packed, shown, zero);
        const theirs = decodedSource[source.indexOf(track)] ?? [];
        const [ours = []] = await decoded(join(output, file));
        expectSameDecoded(ours, theirs, track.kind, packed);
      }
      if (odd.fragments !== undefined)
        expect(lengths(result)).toEqual(odd.fragments);
      expect(result.plan.notes.join("\n")).toMatch(odd.notes ?? /^$/);
    });
  },
);

/** The hash of a frame of silence, with which gaps are filled. */
function silenceOf({ track }: SourceTrack): string {
  const frame = codecNamed(track.codec).silence(track.config);
  return frame === undefined ? "" : md5(frame.bytes);
}

function secondsOf({ ticks, timescale }: Seconds): number {
  return Number(ticks) / Number(timescale);
}

/** How long the fragments of the picture are, in seconds. */
function lengths({ plan }: MuxResult): number[] {
  return plan.tracks
    .slice(0, 1)
    .flatMap(({ fragments }) => [...eachFragment(fragments)])
    .map(({ duration }) => duration / 1e7);
}

/** The track with all its times moved. */
function earlier(track: PacketTrack, by?: Seconds): PacketTrack {
  if (by === undefined) return track;
  const packets = track.packets.map((packet) => ({
    ...packet,
    time: minus(packet.time, by),
  }));
  return { ...track, packets };
}

/** When the first sample of all is presented. A frame of sound that is shown by less than half is none. */
function earliest(tracks: readonly PacketTrack[]): Seconds {
  const begins = tracks.flatMap((track) => {
    const [first] = presented(track);
    const zero = { ticks: 0n, timescale: 1n };
    if (first === undefined) return [];
    return [isBefore(first.time, zero) ? zero : first.time];
  });
  return begins.reduce((a, b) => (isBefore(b, a) ? b : a));
}

/** Without the encoder's lead-in: frames of which half or more lie before 0. */
function presented({ packets, kind }: PacketTrack): readonly Packet[] {
  if (kind === "video") return packets;
  const zero = { ticks: 0n, timescale: 1n };
  return packets.filter(({ time, duration }) => {
    const { ticks, timescale } = time;
    const middle = {
      ticks: 2n * ticks * duration.timescale + duration.ticks * timescale,
      timescale: timescale * duration.timescale,
    };
    return isBefore(zero, middle);
  });
}

/** A track of the package without the silence that fills its gaps. */
interface Packed {
  readonly packets: readonly Packet[];
  /** Positions among all frames: of the first and the last that are no silence, and of the first behind the last silence between them. */
  readonly begin: number;
  readonly lastRun: number;
  readonly end: number;
}

async function packedOf(file: string, silence: string): Promise<Packed> {
  const [own] = await ownPackets(file);
  const [theirs] = await ffprobePackets(file);
  if (own === undefined || theirs === undefined) throw new Error(file);
  expectEqual(hashes(own.packets), hashes(theirs.packets));
  expect(mp4boxPackets(file)).toEqual(own.packets);
  const isAudio = ({ hash }: Packet) => hash !== silence;
  const last = own.packets.findLastIndex(isAudio);
  const before = own.packets.slice(0, last + 1);
  return {
    packets: before.filter(isAudio),
    begin: before.findIndex(isAudio),
    lastRun: before.findLastIndex((packet) => !isAudio(packet)) + 1,
    end: last,
  };
}

function expectSame(
  { packets, begin }: Packed,
  source: readonly Packet[],
  zero: Seconds,
): void {
  expectEqual(hashes(packets), hashes(source));
  for (const [i, { time }] of packets.entries()) {
    const expected = minus(source[i]?.time ?? zero, zero);
    // The first picture and the first frame of sound may be held from 0 on.
    if (i === 0 && begin === 0) continue;
    const apart = halfTicksApart(time, expected);
    expect(apart, `sample ${i + 1}`).toBeLessThanOrEqual(1n);
  }
}

/**
 * Decoded pictures are equal, and so is decoded sound but for the first frame,
 * which leans on the lead-in, and the last, which may be cut.
 */
function expectSameDecoded(
  ours: readonly string[],
  theirs: readonly string[],
  kind: "video" | "audio",
  { lastRun, end }: Packed,
): void {
  if (kind === "video") return expectEqual(ours, theirs);
  const audio = ours.slice(lastRun + 1, end);
  const begin = theirs.indexOf(audio[0] ?? "");
  expect(audio.length).toBeGreaterThan(10);
  expectEqual(audio, theirs.slice(begin, begin + audio.length));
}

/** Says where two long lists begin to differ, and not all that is in them. */
function expectEqual(found: readonly string[], expected: readonly string[]) {
  const differs = found.findIndex((hash, i) => hash !== expected[i]);
  expect({ length: found.length, differs }).toEqual({
    length: expected.length,
    differs: -1,
  });
}

function hashes(packets: readonly Packet[]): string[] {
  return packets.map(({ hash }) => hash);
}

/** The hashes of the decoded frames of each stream of a file. */
async function decoded(path: string): Promise<string[][]> {
  const { ffmpeg } = await tools();
  const { stdout } = await run(ffmpeg.path, [
    ...["-v", "error", "-i", path, "-map", "0", "-vsync", "0"],
    ...["-f", "framemd5", "-"],
  ]);
  const streams: string[][] = [];
  for (const line of stdout.toString().split("\n")) {
    const fields = line.split(",").map((field) => field.trim());
    if (line.startsWith("#") || fields.length < 6) continue;
    (streams[Number(fields[0])] ??= []).push(fields.at(-1) ?? "");
  }
  return streams;
}
