import type {
  ClientLevel,
  ClientManifest,
  ClientStream,
} from "./client-manifest.js";
import type { Findings } from "./finding.js";
import { checkFragment, type FragmentReading } from "./fragment-check.js";
import { checkHeader } from "./header-check.js";
import { checkLevel } from "./level-check.js";
import type { ServerManifest, ServerTrack } from "./server-manifest.js";
import { openTrack } from "./track-reader.js";

/** A track as it was read back. */
export interface CheckedTrack {
  readonly file: string;
  readonly kind: string;
  readonly fragments: number;
  readonly samples: number;
  readonly end: number;
}

const HANDLERS: Readonly<Record<string, string>> = {
  video: "vide",
  audio: "soun",
  textstream: "text",
};

/** Every (Name, Bitrate) of the client manifest answers to exactly one track of the server manifest, and back. */
export function checkAddresses(
  server: ServerManifest,
  client: ClientManifest,
  findings: Findings,
): void {
  const addresses = client.streams.flatMap(({ name, levels }) =>
    levels.map(({ bitrate }) => addressOf(name, bitrate)),
  );
  const answers = server.tracks.map(({ name, bitrate }) =>
    addressOf(name, bitrate),
  );
  for (const address of addresses) {
    const count = answers.filter((answer) => answer === address).length;
    findings.expect(
      {
        rule: "address",
        file: server.file,
        message: `tracks that answer to ${address}`,
      },
      count,
      1,
    );
  }
  for (const answer of answers.filter(
    (answer) => !addresses.includes(answer),
  )) {
    findings.add({
      rule: "address",
      file: client.file,
      message: `no quality level for the server's ${answer}`,
    });
  }
}

/** Reads one track file whole, but for its samples, and compares it with both manifests. */
export async function checkTrack(
  folder: string,
  track: ServerTrack,
  client: ClientManifest,
  findings: Findings,
): Promise<CheckedTrack | undefined> {
  const { src: file, kind } = track;
  const stream = client.streams.find(({ name }) => name === track.name);
  const level = stream?.levels.find(({ bitrate }) => bitrate === track.bitrate);
  const reader = await openTrack(folder, file, track.trackId, findings);
  if (reader === undefined) return undefined;
  try {
    const header = checkHeader(reader, HANDLERS[kind] ?? kind, findings);
    if (header && level)
      checkLevel(level, header.sampleEntry, client.file, findings);
    const readings: (FragmentReading | undefined)[] = [];
    for (let i = 0; i < reader.index.length; i++) {
      readings.push(
        await checkFragment(
          reader,
          i,
          header?.sampleEntry.type ?? "",
          findings,
        ),
      );
    }
    const times = reader.index.map((entry) => entry.time);
    if (stream) checkTimeline(file, times, readings, stream, findings);
    const end = (times.at(-1) ?? 0) + (readings.at(-1)?.duration ?? 0);
    if (header)
      findings.expect(
        { rule: "header", file, message: "duration in mdhd" },
        header.duration,
        end,
      );
    checkBitrate(track, level, readings, end, findings);
    const samples = readings.reduce(
      (sum, reading) => sum + (reading?.samples ?? 0),
      0,
    );
    return { file, kind, fragments: times.length, samples, end };
  } finally {
    await reader.file.close();
  }
}

/** Index, tfxd and manifest name the same instants to the tick: the time is the fragment's address. */
function checkTimeline(
  file: string,
  times: readonly number[],
  readings: readonly (FragmentReading | undefined)[],
  stream: ClientStream,
  findings: Findings,
): void {
  const rule = "timeline";
  findings.expect(
    { rule, file, message: "number of fragments in the index" },
    times.length,
    stream.times.length,
  );
  findings.expect(
    { rule, file, fragment: 1, message: "time in the index" },
    times[0],
    0,
  );
  times.forEach((time, i) => {
    const fragment = i + 1;
    const { times: asked, durations } = stream;
    const reading = readings[i];
    if (i >= asked.length) return;
    findings.expect(
      { rule, file, fragment, message: "time in the index" },
      time,
      asked[i] ?? 0,
    );
    if (reading === undefined) return;
    findings.expect(
      { rule, file, fragment, message: "sum of its sample durations" },
      reading.duration,
      durations[i] ?? 0,
    );
    const next = times[i + 1];
    if (next !== undefined)
      findings.expect(
        { rule, file, fragment, message: "end" },
        time + reading.duration,
        next,
      );
  });
}

/** The manifest's bitrate is the track's average, give or take what keeps it unique. */
function checkBitrate(
  track: ServerTrack,
  level: ClientLevel | undefined,
  readings: readonly (FragmentReading | undefined)[],
  end: number,
  findings: Findings,
): void {
  const bytes = readings.reduce(
    (sum, reading) => sum + (reading?.bytes ?? 0),
    0,
  );
  const average = Math.round((bytes * 8 * 1e7) / end);
  if (level === undefined || Math.abs(average - level.bitrate) <= BITRATE_SLACK)
    return;
  findings.add({
    rule: "bitrate",
    file: track.src,
    message: "measured average bitrate",
    found: average,
    expected: level.bitrate,
  });
}

/** Equal averages are told apart by a bit or two a second. */
const BITRATE_SLACK = 16;

function addressOf(name: string, bitrate: number): string {
  return `QualityLevels(${bitrate})/Fragments(${name})`;
}
