import { toLanguage } from "../media/language.js";
import {
  audioIn,
  audioLabel,
  streamKeyOf,
  type SourceAudio,
  type SourceInfo,
  videoIn,
} from "../probe/source-info.js";
import type { StreamSettings } from "../probe/stream-choice.js";
import { kilobits } from "../util/format.js";
import type { AudioPlan, AudioRung, JoinedStreams } from "./encode-plan.js";
import {
  audioFilters,
  audioNotes,
  spreadFilter,
  type AudioShape,
} from "./filters.js";
import { fragmentClockNotes, fragmentClockFilters } from "./source-clock.js";
import { PRESET_CODECS, type Preset } from "./preset.js";
import { wantsSurround, type LadderSettings } from "./settings.js";
import { laterSeconds, type Timing } from "./timing.js";

export interface PlannedAudio {
  readonly plan: AudioPlan;
  readonly notes: readonly string[];
}

interface AudioInput {
  readonly source: SourceAudio;
  /** The source of the sound. */
  readonly film: SourceInfo;
  readonly preset: Preset;
  readonly settings: LadderSettings & StreamSettings;
  readonly timing: Timing;
  /** Name of the package. */
  readonly name: string;
}

/** 5.1, beside stereo that every client plays. */
const SURROUND = { channels: 6, bitrate: 384_000 } as const;

/** The plans of one sound of a source: stereo, then 5.1 where the user asks for it and the source has it. */
export function planAudioStreams(input: AudioInput): PlannedAudio[] {
  const { source, film, settings } = input;
  const { audio } = input.preset;
  const { audioChannels, audioBitrate } = settings;
  const isSurround = wantsSurround(input.preset, settings);
  const channels =
    audioChannels === SURROUND.channels
      ? audio.channels
      : (audioChannels ?? audio.channels);
  const bitrate = audioBitrate
    ? audio.bitrate
    : Math.round((audio.bitrate * channels) / audio.channels);
  const label = audioLabel(film, source);
  const first = planAudio(input, { channels, bitrate });
  const choice = choiceNotes(source, film, settings);
  const clock = fragmentClockNotes(source.fragmentClock, label);
  const none = `${label}: it has no 5.1, and none is made of its ${channelsText(source.channels)}`;
  const main = {
    plan: first.plan,
    notes: [
      ...[...choice, ...first.notes, ...clock],
      ...(isSurround && !hasSurround(source) ? [none] : []),
    ],
  };
  if (!isSurround || !hasSurround(source)) return [main];
  const { plan } = planAudio(input, SURROUND);
  const folded =
    source.channels > SURROUND.channels
      ? [`${label}: ${source.channels} channels are folded to 5.1`]
      : [];
  return [main, { plan, notes: folded }];
}

function channelsText(count: number): string {
  return count === 1 ? "one channel" : `${count} channels`;
}

/** 5.1 only comes from 5.1 and more: no channel is invented. */
function hasSurround({ channels, layout }: SourceAudio): boolean {
  const isKnown = layout === undefined || /^[5-9]\.1/.test(layout);
  return channels >= SURROUND.channels && isKnown;
}

function planAudio(
  { source, film, preset: { audio }, timing, name }: AudioInput,
  { channels, bitrate }: { channels: number; bitrate: number },
): PlannedAudio {
  const isSurround = channels === SURROUND.channels && !source.joined;
  const shape: AudioShape = {
    sampleRate: audio.sampleRate,
    channels,
    // The layout of the six channels: encoders have one order for them, files have two
    // layouts.
    spread: isSurround
      ? "aformat=channel_layouts=5.1"
      : spreadFilter(source, channels),
    shiftSeconds: laterSeconds(timing),
    endSeconds: endOf(source, timing, film),
    ...(timing.isOpen === false && {
      cutSeconds: timing.durationSeconds + (videoIn(film) ? PAD_SECONDS : 0),
    }),
    clock: timing.clock,
    streamKey: streamKeyOf(film, source),
  };
  const rung: AudioRung = {
    kind: "audio",
    codec: PRESET_CODECS.audio,
    name: `audio ${source.language}`,
    file: `${name}_${source.language}_${kilobits(bitrate)}.isma`,
    channels,
    sampleRate: audio.sampleRate,
    bitrate,
    filters: [
      ...fragmentClockFilters(source.fragmentClock, "asetpts"),
      ...audioFilters(shape),
    ],
  };
  const plan: AudioPlan = {
    kind: "audio",
    name: "audio",
    language: source.language,
    streamIndex: source.index,
    ...(source.joined && { joined: joinedStreams(source.joined) }),
    rungs: [rung],
  };
  const label = audioLabel(film, source);
  return { plan, notes: audioNotes(source, shape, label, timing.startSeconds) };
}

/**
 * The end of a sound. A sound alone ends by itself; several sounds end with the
 * longest. But a join ends with its first channel to end, so joined channels are
 * padded.
 */
function endOf(
  { joined, startSeconds, durationSeconds }: SourceAudio,
  timing: Timing,
  film: SourceInfo,
): AudioShape["endSeconds"] {
  if (videoIn(film)) return timing.durationSeconds + PAD_SECONDS;
  if (audioIn(film).length > 1 || timing.isOpen === false)
    return timing.durationSeconds;
  return joined && startSeconds + durationSeconds - (timing.startSeconds ?? 0);
}

/** Picture durations in file headers err by less than this; the muxer cuts at the picture's last tick. */
const PAD_SECONDS = 2;

/** ffmpeg's names of a sound's channels, in the order of files. SMPTE ST 2067-8 for six */
const CHANNELS: Readonly<Record<number, readonly string[]>> = {
  2: ["FL", "FR"],
  6: ["FL", "FR", "FC", "LFE", "BL", "BR"],
};

function joinedStreams(streams: readonly number[]): JoinedStreams {
  const names = CHANNELS[streams.length] ?? [];
  const layout = names.length === 6 ? "5.1" : "stereo";
  const map = names.map((name, i) => `${i}.0-${name}`).join("|");
  return {
    streams,
    filter: `join=inputs=${streams.length}:channel_layout=${layout}:map=${map}`,
  };
}

/** Notes on how the streams were chosen. */
function choiceNotes(
  source: SourceAudio,
  film: SourceInfo,
  { audio: audioChoice, language = [] }: StreamSettings,
): string[] {
  const { index, joined } = source;
  const audio = audioIn(film);
  const marked = [...new Set(audio.map(({ language }) => language))];
  const unused = [language]
    .flat()
    .filter(
      (word) => !word.includes("=") && !marked.includes(toLanguage(word)),
    );
  const streams = joined?.join("+") ?? "";
  const shape = joined?.length === 6 ? "5.1" : "stereo";
  const why =
    audioChoice === undefined
      ? `, for nothing tells them apart (--audio ${index} takes one)`
      : "";
  return [
    ...(joined === undefined
      ? []
      : [
          `sound: the mono streams ${streams} are the channels of one, ${shape}${why}`,
        ]),
    ...(source === audio[0] ? unused : []).map(
      (word) =>
        `sound: it is marked as ${marked.join(" and ")}, --language ${word} is not used`,
    ),
  ];
}

/** Gives the streams and files of several sounds distinct names: by language, and by a number where needed. */
export function distinctAudio(streams: readonly AudioPlan[]): AudioPlan[] {
  if (streams.length < 2) return [...streams];
  const [names, files] = [new Set<string>(), new Set<string>()];
  return streams.map((stream) => ({
    ...stream,
    ...distinctRungs(
      stream,
      freeName(`audio_${stream.language}`, "", names),
      files,
    ),
  }));
}

function distinctRungs(
  { rungs }: AudioPlan,
  name: string,
  files: Set<string>,
): Pick<AudioPlan, "name" | "rungs"> {
  return {
    name,
    rungs: rungs.map((rung) => ({
      ...rung,
      name: name.replaceAll("_", " "),
      file: freeName(rung.file.slice(0, -EXTENSION.length), EXTENSION, files),
    })),
  };
}

/** Notes on sounds that a manifest cannot tell apart, and what clients do with them. */
export function alikeNotes(streams: readonly AudioPlan[]): string[] {
  const languages = streams.map(({ language }) => language);
  const twice = languages.filter((each, i) => languages.indexOf(each) !== i);
  return [...new Set(twice)].map((language) => {
    const names = streams
      .filter((stream) => stream.language === language)
      .map(({ name }) => name);
    return `${names.join(", ")} are of one language: rx-player shows them alike, Kodi may show one of them`;
  });
}

const EXTENSION = ".isma";

/** The name, with a number where it is taken. Marks it as taken. */
function freeName(stem: string, extension: string, taken: Set<string>): string {
  let name = stem + extension;
  for (let number = 2; taken.has(name); number++)
    name = `${stem}_${number}${extension}`;
  taken.add(name);
  return name;
}
