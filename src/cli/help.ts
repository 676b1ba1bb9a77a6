import { Help } from "commander";
import { COMMANDS, PACK } from "./commands.js";
import { exitCodesText } from "./errors.js";
import { keysText } from "./options/protection.js";
import { GROUPS, type GroupName, type OptionRow } from "./options/option.js";

const WIDTH = 22;

/** `mss-pack --help`: it fits on a screen or two; the rest is in `mss-pack help TOPIC`. */
export function shortHelp(table: readonly OptionRow[]): string {
  const own = table.filter(
    ({ commands, common }) => common && commands.includes("pack"),
  );
  const groups = Object.entries(TOPICS).map(([name, text]) => row(name, text));
  return [
    "Usage: mss-pack INPUT... -o FOLDER [options]",
    "       mss-pack COMMAND ...",
    "",
    PACK.text,
    "",
    `Examples:${PACK.examples ?? ""}`,
    "",
    "Commands:",
    ...COMMANDS.map(({ name, text, brief = text }) => row(name, brief)),
    "",
    "Most used options:",
    ...own.map(({ flags, text, brief = text }) => row(flags, brief)),
    "",
    "More: mss-pack help COMMAND, or mss-pack help TOPIC:",
    ...groups,
    "",
  ].join("\n");
}

/** Help topics, and the words that people use for them. */
const TOPICS: Readonly<Partial<Record<GroupName, string>>> = {
  ladder: "rungs, bitrates, length of fragments, copying",
  video: "which video track, passes, speed",
  audio: "which audio track, language, channels",
  captions: "subtitles: files, languages, text encoding",
  batch: "many inputs, lists, damaged inputs, watch folders",
  output: "names, overwriting, checking, layouts",
  protection: "PlayReady: where keys come from",
  messages: "JSON, quiet, exit codes",
};

/** Other words for the topics. */
const ALSO: Readonly<Partial<Record<GroupName, string>>> = {
  ladder: "rung rungs bitrate bitrates fragment fragments segment segments gop",
  video: "picture passes speed size",
  audio: "sound sounds language languages track tracks channels",
  captions: "caption subtitle subtitles srt text",
  batch: "many list lists jobs folder folders pattern patterns",
  output: "name names overwrite layout layouts package",
  protection: "drm playready key keys encryption",
  messages: "json quiet exit exit-codes",
};

function groupOf(topic: string): string | undefined {
  return Object.keys(GROUPS).find(
    (name) =>
      name === topic ||
      ALSO[name as GroupName]?.split(" ").includes(topic.toLowerCase()),
  );
}

/** `mss-pack help TOPIC`: every option of a group, and the commands that take it. */
export function topicHelp(
  topic: string,
  table: readonly OptionRow[],
): string | undefined {
  const group = groupOf(topic);
  if (group === undefined) return undefined;
  const rows = table.filter((one) => one.group === group && !one.hidden);
  const text = rows.flatMap(({ flags, text, commands, ...rest }) => [
    row(flags, text),
    `${" ".repeat(WIDTH + 4)}(${commands.map((name) => (name === "pack" ? "mss-pack INPUT" : name)).join(", ")}${defaultText(rest)})`,
  ]);
  const more = [
    ...(group === "messages" ? ["", "Exit codes:", exitCodesText()] : []),
    ...(group === "protection" ? [keysText("pack")] : []),
  ];
  return [`${GROUPS[group as GroupName]}:`, ...text, ...more, ""].join("\n");
}

function defaultText({
  default: value,
  choices,
}: Pick<OptionRow, "default" | "choices">): string {
  return [
    ...(choices ? [`; one of ${choices.join(", ")}`] : []),
    ...(value === undefined ? [] : [`; default ${value}`]),
  ].join("");
}

const helper = new Help();
helper.prepareContext({ helpWidth: process.stdout.columns || 100 });

function row(term: string, text: string): string {
  return helper.formatItem(term, WIDTH, text, helper);
}
