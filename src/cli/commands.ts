import type { CommandName } from "./options/option.js";

/** A command with its help text and its code. Its options are separate rows: options/. */
export interface CommandRow {
  readonly name: CommandName;
  /** Its arguments, in commander's notation. */
  readonly arguments?: string;
  readonly text: string;
  /** The same for the list of `--help`, in one line of a terminal of 80 columns. */
  readonly brief?: string;
  /** Text below its help. */
  readonly examples?: string;
  /** Loads the code, which --help and --version do not need. Its caller passes arguments, flags and the signal. */
  readonly load: () => Promise<(...args: never[]) => Promise<void>>;
}

/** Every command except `mss-pack INPUT...`, in the order of help. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: "mux",
    arguments: "<files...>",
    text: "package finished MP4s, or a package of any maker (.ism), as they are, without encoding; FILE:TRACK takes one track",
    brief: "package finished MP4s as they are, without encoding",
    examples: `
  mss-pack mux 1080.mp4 720.mp4 fr.m4a=fra -o out/
  mss-pack mux film.mp4:1 film.mp4:3=deu -o out/      two tracks of a file, by track_ID
  mss-pack mux old/film.ism -o out/                   a package, with its names and captions`,
    load: async () => (await import("./mux-command.js")).muxCommand,
  },
  {
    name: "watch",
    arguments: "<folder>",
    text: "package what is put into a folder, then move it to done/ or failed/ there",
    brief: "package what is put into a folder",
    load: async () => (await import("./watch-command.js")).watchCommand,
  },
  {
    name: "plan",
    arguments: "[inputs...]",
    text: "show what would be done, and do nothing: rungs, size, ffmpeg command",
    brief: "show what would be done, and do nothing",
    examples: `
  mss-pack plan film.mp4
  mss-pack plan 'films/**/*.mp4' -o out/ --keep-folders     a dry run: what would go where, what be refused`,
    load: async () => (await import("./plan-command.js")).planCommand,
  },
  {
    name: "task",
    arguments: "<plan.json> <step>",
    text: "do one step of a plan on this machine: its number, or package, or verify",
    brief: "do one step of a plan for many machines",
    examples: `
  mss-pack plan film.mp4 -o out/ --work work/     writes work/plan.json, and tells its steps
  mss-pack task work/plan.json 7                  does step 7; again, and nothing happens
  mss-pack task work/plan.json package            when all steps are done

Exit code 75: try again, here or on another machine. Any other failure stays.`,
    load: async () => (await import("./task-command.js")).taskCommand,
  },
  {
    name: "worker",
    text: "do steps of films that are submitted, until Ctrl-C",
    brief: "do steps of submitted films on this machine",
    examples: `
  mss-pack worker --redis redis://10.0.0.5:6379
  MSS_PACK_REDIS=redis://:PASSWORD@10.0.0.5:6379 mss-pack worker --concurrency 4 --metrics 9400

It needs npm install bullmq@6.7.0 ioredis@5.11.1 (Redis) or bullmq@6.7.0 pg@8.23.1 (PostgreSQL).`,
    load: async () => (await import("./worker-command.js")).workerCommand,
  },
  {
    name: "submit",
    arguments: "[inputs...]",
    text: "put films into a queue for the workers of many machines",
    brief: "put films into a queue for workers",
    examples: `
  mss-pack submit /films/film.mp4 -o /packages --redis redis://10.0.0.5:6379
  mss-pack submit /films/film.mp4 -o /packages --priority 1 --wait     until the package is there
  mss-pack submit '/films/**/*.mov' -o /packages --keep-folders

Inputs, output and --work are folders that all workers see under the same paths.`,
    load: async () => (await import("./submit-command.js")).submitCommand,
  },
  {
    name: "jobs",
    text: "list the films in the queue: their state, how many steps are done, and why one has failed",
    brief: "list the films in the queue",
    examples: `
  mss-pack jobs --redis redis://10.0.0.5:6379
  mss-pack jobs --json | grep '"state":"failed"'
  mss-pack jobs --postgres postgres://mss@10.0.0.6/mss --migrate     makes the tables, once`,
    load: async () => (await import("./jobs-command.js")).jobsCommand,
  },
  {
    name: "cancel",
    arguments: "<id>",
    text: "take a film out of the queue; workers that are at it stop",
    brief: "take a film out of the queue",
    examples: `
  mss-pack cancel 3f2a9c41d07b --redis redis://10.0.0.5:6379     an id of mss-pack jobs, or its begin`,
    load: async () => (await import("./cancel-command.js")).cancelCommand,
  },
  {
    name: "add",
    arguments: "<package.ism>",
    text: "add captions or audio to a finished package, where it stands",
    brief: "add captions or audio to a finished package",
    examples: `
  mss-pack add out/film.ism --captions film.de.srt=deu
  mss-pack add out/film.ism --audio-file fr.m4a=fra --captions fr.vtt=fra`,
    load: async () => (await import("./change-command.js")).addCommand,
  },
  {
    name: "remove",
    arguments: "<package.ism> <streams...>",
    text: "take streams out of a finished package, where it stands",
    brief: "take streams out of a finished package",
    examples: `
  mss-pack remove out/film.ism text_deu audio_fra`,
    load: async () => (await import("./change-command.js")).removeCommand,
  },
  {
    name: "repair",
    arguments: "<packages...>",
    text: "remake packages of any maker that some clients cannot play, without encoding, into another folder",
    brief: "remake packages that some clients cannot play",
    examples: `
  mss-pack repair old/film.ism --plan                    which mends it needs; nothing is written
  mss-pack repair old/film.ism -o repaired/
  mss-pack repair /share -o /repaired --keep-folders --skip-existing --report repaired.json
  mss-pack repair 'share/**/*.ism' --plan --json         the triage of an archive

The frames of the new package are proved to be the old ones. A package that needs no mend is left as it is.`,
    load: async () => (await import("./repair-command.js")).repairCommand,
  },
  {
    name: "protect",
    arguments: "<package.ism>",
    text: "encrypt a finished package; all else in it stays as it is",
    brief: "encrypt a finished package",
    examples: `
  mss-pack protect film.ism -o protected/ --la-url https://example.com/rights --key-file film.keys
  mss-pack protect film.ism -o protected/ --cpix film.cpix --cpix-private-key ours.pem
  mss-pack protect film.ism -o protected/ --la-url https://example.com/rights --generate-keys --keys-out film.keys`,
    load: async () => (await import("./protect-command.js")).protectCommand,
  },
  {
    name: "unprotect",
    arguments: "<package.ism>",
    text: "decrypt a protected package with its key: the same bytes as before protect",
    brief: "decrypt a protected package with its key",
    examples: `
  mss-pack unprotect protected/film.ism -o clear/ --key-file film.keys`,
    load: async () => (await import("./protect-command.js")).unprotectCommand,
  },
  {
    name: "convert",
    arguments: "<package.ism>",
    text: "make of a package of any maker what other players take: CMAF with DASH and HLS, an MP4, or its captions; nothing is encoded",
    brief: "a package as CMAF with DASH and HLS, or as MP4",
    examples: `
  mss-pack convert old/film.ism -o out/ --to cmaf            film.mpd, film.m3u8 and a file for each track
  mss-pack convert old/film.ism -o out/ --to mp4 --rung 720p
  mss-pack convert old/film.ism -o out/ --to srt             a file for each language
  mss-pack convert secret/film.ism -o out/ --to mp4 --key-file film.keys`,
    load: async () => (await import("./convert-command.js")).convertCommand,
  },
  {
    name: "verify",
    arguments: "<packages...>",
    text: "read packages back, decode them, and name what is wrong",
    brief: "read packages back, and name what is wrong",
    examples: `
  mss-pack verify out/film.ism
  mss-pack verify out/ --verify quick            every package in a folder, without decoding
  mss-pack verify old/*.ism --for vlc,dashjs     what keeps these clients from playing them`,
    load: async () => (await import("./verify-command.js")).verifyCommand,
  },
  {
    name: "scan",
    arguments: "<folder>",
    text: "tell what packages of any maker lie in a folder and below it: codecs, rungs, languages, protection, faults",
    brief: "tell what packages lie in a folder",
    examples: `
  mss-pack scan archive/                                          a table
  mss-pack scan archive/ --html archive.html --csv archive.csv    to look at, and to count with
  mss-pack scan archive/ --resume archive.scan                    again: reads only what has changed`,
    load: async () => (await import("./scan-command.js")).scanCommand,
  },
  {
    name: "serve",
    arguments: "<folder>",
    text: "an origin for the packages in a folder, with a page that plays them",
    brief: "an origin for packages, and a page that plays them",
    examples: `
  mss-pack serve out/ --open                       and look at it in a browser
  mss-pack serve out/ --host 0.0.0.0 --access-log access.log
  mss-pack serve out/ --preview-keys film.keys     protected packages, with the key at hand`,
    load: async () => (await import("./serve-command.js")).serveCommand,
  },
  {
    name: "report",
    arguments: "<access.log...>",
    text: "tell who watched what, from access logs of serve or nginx",
    brief: "tell who watched what, from access logs",
    examples: `
  mss-pack report access.log                     a table
  mss-pack report access.log* --html week.html   rotated logs, in any order
  mss-pack report access.log --package films/one --from 2026-11-01
  mss-pack report access.log --csv > days.csv    a row for each day and package
  mss-pack report - < access.log`,
    load: async () => (await import("./report-command.js")).reportCommand,
  },
  {
    name: "inspect",
    arguments: "<file>",
    text: "show the boxes of a media file, or the elements of a manifest",
    brief: "show the boxes of a media file, or a manifest",
    examples: `
  mss-pack inspect out/film_300.ismv
  mss-pack inspect out/film.ismc --json`,
    load: async () => (await import("./show-commands.js")).inspectCommand,
  },
  {
    name: "presets",
    arguments: "[name]",
    text: "list the presets, or print one as JSON",
    load: async () => (await import("./show-commands.js")).presetsCommand,
  },
  {
    name: "doctor",
    text: "show which ffmpeg is used, its version and encoders, Node and disk",
    brief: "show which ffmpeg is used, and what it has",
    load: async () => (await import("./show-commands.js")).doctorCommand,
  },
];

/** `mss-pack INPUT...`. */
export const PACK: CommandRow = {
  name: "pack",
  text: "Makes Microsoft Smooth Streaming packages of video files: .ismv .isma .ism .ismc",
  examples: `
  mss-pack film.mp4 -o out/                    the usual ladder: 1080p 720p 480p
  mss-pack film.mp4 -o out/ --rung 720p:3000k --rung 360p:800k:1200k
  mss-pack a.mp4 b.mov 'clips/*.mkv' -o out/   many inputs, a package each
  mss-pack plan film.mp4                       what would be done, and how
  mss-pack serve out/                          see it play, in a browser`,
  load: async () => (await import("./pack-command.js")).packCommand,
};
