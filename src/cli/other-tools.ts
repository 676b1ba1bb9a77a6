import type { CommandName } from "./options/option.js";
import { STREAM_ROWS, VIDEO_ROWS, type Row } from "./other-tools-media.js";

/** Options of finished packages. */
const PACKAGE_ROWS: readonly Row[] = [
  {
    names: "--full --deep --decode --all --thorough --strict",
    commands: ["verify"],
    answer:
      "Leave it out: verify decodes everything. --quick reads the package back and decodes nothing.",
  },
  {
    names: "--full --deep --decode --thorough",
    commands: [
      ...(["pack", "watch", "mux", "add", "remove"] as const),
      ...(["repair", "protect", "unprotect"] as const),
    ],
    answer:
      "--verify full also decodes the package, before it takes its place.",
  },
  {
    names: "--recursive -R -r",
    commands: ["verify", "serve", "repair"],
    answer:
      "Leave it out: a folder stands for all packages in it and in the folders below.",
  },
  {
    names: "--dry-run -n --check --list",
    commands: ["repair"],
    answer: "--plan says which mends each package needs, and writes nothing.",
  },
  {
    names:
      "--stream --streams --track --tracks --captions --subtitle --subtitles --audio --audio-file --language --lang",
    commands: ["remove"],
    answer:
      "Streams are words behind the package, by their names: mss-pack remove film.ism text_deu. A wrong name is answered with those there are.",
  },
];

/** Options about inputs and outputs. */
const INPUT_ROWS: readonly Row[] = [
  {
    names: "-i --input",
    answer: "The input has no flag: mss-pack film.mp4 -o out/.",
  },
  {
    names: "-d -O --outdir --out-dir --output-dir --dest",
    answer: "The folder is given with -o.",
  },
  {
    names: "-f --format",
    value: /^(smooth.*|mss|ism[vact]?|isml)$/i,
    answer: "Leave it out: mss-pack makes Smooth Streaming and nothing else.",
  },
  {
    names: "-f --format",
    value: /^\w+$/,
    answer: "mss-pack makes Smooth Streaming and nothing else.",
  },
  {
    names: "--hls --dash --format --mpd --m3u8 --cmaf",
    answer: "mss-pack makes Smooth Streaming and nothing else.",
  },
  {
    names: "-y -f --force --yes --clobber",
    answer: "--overwrite replaces a package of the same name.",
  },
  {
    names: "-n --no-clobber --no-overwrite",
    answer: "mss-pack leaves an existing package alone without --overwrite.",
  },
  {
    names: "--dry-run --simulate --info --list-streams --probe",
    answer: "mss-pack plan INPUT shows what would be done.",
  },
  {
    names: "-ss -to -t -sseof --stop --trim --start-at --stop-at --from --to",
    answer:
      "A part of a film is --start 1:30 with --end 2:00 or --duration 30.",
  },
  {
    names: "--recursive -R",
    answer:
      "Patterns are given between quotes: mss-pack 'films/**/*.mp4' -o out/ --keep-folders. mss-pack watch has --recursive.",
  },
  {
    names: "-map --map --track --tracks --audio-track -a",
    answer:
      "--video NUMBER and --audio NUMBER choose streams, as mss-pack plan numbers them.",
  },
  {
    names: "-an -vn --no-audio --no-video",
    answer:
      "mss-pack packages the video and the audio of its input: ffmpeg -i IN -c copy -an OUT leaves the audio out, -vn the video, before.",
  },
  {
    names: "-sn -dn --no-subtitles",
    answer:
      "Leave it out: mss-pack packages no captions but those of --captions.",
  },
  {
    names: "--chapters --chapter-file --markers -m -map_chapters",
    answer:
      "Leave it out: the chapters of the film go into NAME.chapters.vtt beside the package.",
  },
  {
    names: "-metadata --title -map_metadata",
    answer: "A package has no tags; --name gives its name.",
  },
];

/** Options about the run itself. */
const RUN_ROWS: readonly Row[] = [
  {
    names: "-help -? --usage",
    answer: "Help is --help.",
  },
  {
    names: "-version --ver",
    answer: "The version is --version.",
  },
  {
    names: "-q --silent",
    answer: "--quiet says nothing but errors.",
  },
  {
    names: "-v --loglevel --log-level -loglevel",
    answer:
      "--quiet and --verbose say less and more; --version prints the version.",
  },
  {
    names: "--log --log-file --logfile",
    answer:
      "Messages go to standard error: 2> FILE keeps them. --report FILE writes the result of a batch, --json writes events.",
  },
  {
    names: "--webhook --callback --callback-url --webhook-url --post --ping",
    commands: ["pack", "watch", "plan"],
    answer: "--notify URL sends the result of each input there, by POST.",
  },
  {
    names:
      "--hook --exec --post-hook --on-complete --on-finish --after --then --script",
    commands: ["pack", "watch", "plan"],
    answer:
      "--on-done PROGRAM calls a program with the .ism of each package, and without a shell.",
  },
  {
    names: "--progress -progress --no-progress",
    answer:
      "Leave it out: the progress is shown. --quiet shows none, and --json writes it as objects.",
  },
  {
    names:
      "-window_size -extra_window_size -lookahead_count -remove_at_exit --live -use_wallclock_as_timestamps",
    answer: "mss-pack makes packages of whole films, not of live streams.",
  },
  {
    names: "-hide_banner -nostdin -stats -nostats -report -re",
    answer: "Leave it out: mss-pack starts ffmpeg itself.",
  },
  {
    names:
      "-movflags -strict -fflags -copyts -shortest -async -max_muxing_queue_size -avoid_negative_ts",
    answer:
      "Leave it out: mss-pack writes the files as players of Smooth Streaming want them.",
  },
  {
    names: "-threads --cpu",
    answer:
      "x264 takes several cores by itself; --threads N bounds them. --pieces 30 --threads N encodes N pieces of a film at a time, --jobs N works on several inputs.",
  },
  {
    names: "-j --parallel --concurrency",
    answer: "--jobs N works on several inputs at a time.",
  },
  {
    names: "--watch",
    answer: "mss-pack watch FOLDER -o out/ packages what is put into a folder.",
  },
  {
    names: "--play --preview --serve --player",
    answer: "mss-pack serve FOLDER shows packages in a browser.",
  },
  {
    names: "--workers",
    answer:
      "One process answers: several on ports of their own can stand behind nginx.",
  },
];

const ROWS = [
  ...PACKAGE_ROWS,
  ...INPUT_ROWS,
  ...VIDEO_ROWS,
  ...STREAM_ROWS,
  ...RUN_ROWS,
].map((row) => ({ ...row, names: row.names.split(" ") }));

/** All answers, for the test that they name only options that there are. */
export const ANSWERS: readonly string[] = ROWS.map(({ answer }) => answer);

/** Our option for an option of another tool, in a sentence. */
export function answerTo(
  option: string,
  value = "",
  command: CommandName = "pack",
): string | undefined {
  return ROWS.find(
    ({ names, value: values, commands }) =>
      names.includes(option) &&
      (values?.test(value) ?? true) &&
      (commands?.includes(command) ?? true),
  )?.answer;
}

/** First words of other tools, and the words of ours. An empty one is the main command. */
const WORDS: Readonly<Record<string, string>> = {
  ...alike("", "encode", "package", "make", "create", "transcode"),
  ...alike("serve FOLDER", "play", "player", "view", "open", "preview"),
  ...alike("serve FOLDER", "show", "server", "host", "browse"),
  ...alike("plan INPUT", "info", "probe", "dry-run", "dryrun", "analyze"),
  ...alike("plan INPUT", "analyse", "streams", "simulate"),
  ...alike("presets", "list", "ls", "ladder", "ladders", "profiles"),
  ...alike("verify PACKAGE", "check", "validate", "test", "lint"),
  ...alike("protect PACKAGE", "encrypt", "drm"),
  ...alike("unprotect PACKAGE", "decrypt"),
  ...alike("mux FILE", "remux", "copy", "merge", "wrap"),
  ...alike("inspect FILE", "dump", "mp4dump", "boxes"),
  ...alike("report LOG", "log", "logs", "stats", "statistics", "audience"),
  ...alike("doctor", "env", "diagnose", "ffmpeg"),
  ...alike("--version", "version"),
  ...alike("--help", "usage", "options", "man", "h"),
};

function alike(command: string, ...words: readonly string[]) {
  return Object.fromEntries(words.map((word) => [word, command]));
}

/** Our command for another tool's, with its argument. */
export function commandFor(word: string): string | undefined {
  const found = word.toLowerCase();
  const command = Object.hasOwn(WORDS, found) ? WORDS[found] : undefined;
  if (command === undefined) return undefined;
  return command === "" ? "mss-pack INPUT -o out/" : `mss-pack ${command}`;
}
