import { CODEC_DATA } from "../../smooth/presentation.js";
import { CONVERT_TARGETS } from "../../pipeline/convert-targets.js";
import { LAYOUTS } from "../../mux/layouts.js";
import { AFTER_OPTIONS, INPUT_OPTIONS } from "./batch.js";
import {
  decimal,
  ENCODING,
  MANY,
  type CommandName,
  type OptionRow,
} from "./option.js";
import { MESSAGE_OPTIONS } from "./view.js";

/** Commands that make a package of finished files. */
const FINISHED: readonly CommandName[] = ["mux", "protect", "unprotect"];

/** Commands that change a package where it stands. */
const CHANGE: readonly CommandName[] = ["add", "remove"];

/** Names with commas. The tables of formats check them: they are not loaded for --help. */
function formatList(text: string): string[] {
  return text.split(",").map((name) => name.trim().toLowerCase());
}

/** The destination of packages. */
export const OUTPUT_OPTIONS: readonly OptionRow[] = [
  {
    flags: "-o, --output <folder>",
    was: "--out",
    text: "folder for the packages; made when missing; or s3://BUCKET/PREFIX",
    brief: "folder for the packages; made when missing",
    group: "output",
    commands: [...ENCODING, "submit", "repair"],
    common: true,
    words: ["out", "destination", "directory"],
  },
  {
    flags: "-o, --output <folder>",
    was: "--out",
    text: "folder for the package; made when missing; or s3://BUCKET/PREFIX",
    brief: "folder for the package; made when missing",
    group: "output",
    commands: [...FINISHED, "convert"],
    common: true,
    words: ["out", "destination", "directory"],
  },
  {
    flags: "-o, --output <folder>",
    was: "--out",
    text: "folder for the packages: says where they would go and what would be refused there; nothing is written",
    group: "output",
    commands: ["plan"],
    common: true,
    words: ["out", "destination", "dry run"],
  },
  {
    flags: "--name <name>",
    text: "base name of the package (default: the input's)",
    group: "output",
    commands: ["pack", "plan", "submit"],
    common: true,
  },
  {
    flags: "--name <name>",
    text: "refused: each package is called like its file",
    group: "output",
    commands: ["watch"],
    hidden: true,
  },
  {
    flags: "--name <name>",
    text: "base name of the package (default: the first file's)",
    group: "output",
    commands: ["mux"],
    common: true,
  },
  {
    flags: "--to <target>",
    text: "what the package becomes: cmaf (files with DASH and HLS manifests), mp4 (one file), srt or vtt (captions alone)",
    brief: "cmaf, mp4, srt or vtt",
    group: "output",
    commands: ["convert"],
    common: true,
    words: ["DASH", "HLS", "CMAF", "MP4", "subtitles", "format"],
    choices: CONVERT_TARGETS,
  },
  {
    flags: "--rung <height>",
    text: "only the picture of this height, such as 720p (default: all; of mp4 the highest bitrate)",
    group: "output",
    commands: ["convert"],
    words: ["quality", "resolution"],
  },
  {
    flags: "--encryption <kind>",
    text: "with --to cmaf: a protected package stays encrypted, as cenc, though its key is given (without a key it does)",
    group: "output",
    commands: ["convert"],
    words: ["DRM", "PlayReady", "CENC", "encrypted"],
    choices: ["cenc"],
  },
  {
    flags: "--name <name>",
    text: "base name of the files (default: the package's)",
    group: "output",
    commands: ["convert"],
  },
  {
    flags: "--overwrite",
    text: "replace files of the same names",
    group: "output",
    commands: ["convert"],
    common: true,
    words: ["force", "replace"],
  },
  {
    flags: "--salvage",
    text: "take files that are cut off as far as all of them are whole",
    group: "output",
    commands: ["convert"],
    words: ["damaged", "truncated"],
  },
  {
    flags: "--overwrite",
    text: "replace a package of the same name",
    group: "output",
    commands: [...MANY, ...FINISHED, "repair"],
    common: true,
    words: ["force", "replace"],
  },
  {
    flags: "--skip-existing",
    text: "leave alone a complete package of the same input and settings",
    brief: "leave alone a package of the same input",
    group: "output",
    commands: ["pack", "plan"],
    common: true,
    conflicts: ["overwrite"],
    words: ["cache", "again"],
  },
  {
    flags: "--skip-existing",
    text: "leave alone a package whose new one is there, made of the same files, and has no fault",
    brief: "leave alone what is repaired already",
    group: "output",
    commands: ["repair"],
    common: true,
    conflicts: ["overwrite"],
    words: ["again", "resume"],
  },
  {
    flags: "--plan",
    text: "say which mends each package needs, and write nothing",
    group: "output",
    commands: ["repair"],
    common: true,
    words: ["dry run", "triage"],
  },
  {
    flags: "--always",
    text: "remake packages that need no mend, too",
    group: "output",
    commands: ["repair"],
    words: ["force", "remake"],
  },
  {
    flags: "--folder-each",
    text: "a folder for each package, of its name",
    group: "output",
    commands: [...MANY, "repair"],
    words: ["directory", "subfolder"],
  },
  {
    flags: "--keep-folders",
    text: "keep the folders of the inputs: of a pattern those below its fixed part, of a path all that are given",
    group: "output",
    commands: ["pack", "plan", "submit", "repair"],
    words: ["tree", "directory", "recursive", "parents"],
  },
  {
    flags: "--keep-folders",
    text: "with --recursive: keep the folders of the films",
    group: "output",
    commands: ["watch"],
    words: ["tree", "directory"],
  },
  {
    flags: "--resume",
    text: "keep what is encoded when a run fails or is stopped, each finished piece of the film, and go on from what an earlier run has kept",
    group: "output",
    commands: ENCODING,
    words: ["continue", "retry"],
  },
  {
    flags: "--verify <level>",
    text: "how the package is read back: quick, or full (decodes all)",
    group: "output",
    commands: [...ENCODING, "submit"],
    words: ["check"],
    choices: ["quick", "full"],
    default: "quick",
  },
  {
    flags: "--verify <level>",
    text: "how the package is read back: quick, or full (decodes all, needs ffmpeg)",
    group: "output",
    commands: [...FINISHED, ...CHANGE, "repair"],
    words: ["check"],
    choices: ["quick", "full"],
    default: "quick",
  },
  {
    flags: "--s3-endpoint <url>",
    text: "the store of s3:// addresses (default: AWS_ENDPOINT_URL_S3, or Amazon's)",
    group: "output",
    commands: [...MANY, ...FINISHED, "convert", "verify", "repair"],
    words: ["s3", "bucket", "object storage", "minio", "aws", "cloud"],
  },
  {
    flags: "--no-fsync",
    text: "do not wait for the disk: a power cut right after may cost the package",
    group: "output",
    commands: [...FINISHED, "convert", ...CHANGE, "repair"],
  },
  {
    flags: "--tfdt",
    text: "write a tfdt box in each fragment, for generic MP4 tools",
    group: "output",
    commands: [...MANY, "mux"],
  },
  {
    flags: "--formats <list>",
    text: "manifests over the same files, for any web server: smooth,dash,hls (default: smooth)",
    group: "output",
    commands: [...MANY, "mux"],
    words: ["DASH", "HLS", "mpd", "m3u8", "CMAF", "byte ranges"],
    parse: formatList,
  },
  {
    flags: "--layout <name>",
    was: "--compat",
    text: "lay fragments out as genuine Microsoft assets are, for set-top boxes and players of that time",
    group: "output",
    commands: [...MANY, "mux"],
    words: ["compat", "compatibility", "Expression Encoder"],
    choices: Object.keys(LAYOUTS),
  },
  {
    flags: "--ec3-codec-data <level>",
    text: "what the manifest tells decoders of E-AC-3 and AC-3: full, or none for old Androids that fail on it",
    group: "output",
    commands: [...MANY, "mux"],
    words: ["Dolby", "AC-3", "Android", "CodecPrivateData"],
    choices: CODEC_DATA,
    default: "full",
  },
  {
    flags: "--reproducible",
    text: "the same bytes on every run, also when they are encrypted",
    group: "output",
    commands: ["mux"],
    words: ["deterministic"],
  },
  {
    flags: "--reproducible",
    text: "the same package and key give the same bytes on every run",
    group: "output",
    commands: ["protect"],
    words: ["deterministic"],
  },
];

/** Options of the main command without meaning for a plan. */
const WITHOUT_MEANING: readonly string[] = [
  ...["--jobs", "--fail-fast", "--report", "--resume"],
  ...["--verify", "--quiet", "--verbose", "--notify", "--on-done"],
];

/**
 * These rows make `plan` before a command line its dry run: they have no effect on a plan, but their values are checked.
 */
export const DRY_RUN_OPTIONS: readonly OptionRow[] = [
  ...[OUTPUT_OPTIONS, INPUT_OPTIONS, AFTER_OPTIONS, MESSAGE_OPTIONS]
    .flat()
    .filter(({ commands }) => commands.includes("pack"))
    .filter(({ flags }) => WITHOUT_MEANING.includes(flags.split(" ")[0] ?? ""))
    .map((row) => ({
      ...row,
      ...{ text: "without meaning for a plan", group: "batch" as const },
      ...{ commands: ["plan"] as const, hidden: true as const },
    })),
];

/** Commands that start ffmpeg and ffprobe. */
const STARTERS: readonly CommandName[] = [
  ...([...MANY, "task", "worker", ...FINISHED, ...CHANGE] as const),
  ...(["convert", "repair", "verify", "doctor"] as const),
];

/** The programs that we start. */
export const PROGRAM_OPTIONS: readonly OptionRow[] = [
  {
    flags: "--ffmpeg <path>",
    text: "ffmpeg to use (default: FFMPEG_PATH, PATH, the bundled one)",
    group: "programs",
    commands: STARTERS,
  },
  {
    flags: "--ffmpeg <path>",
    text: "ffmpeg that makes posters (default: FFMPEG_PATH, PATH, the bundled one)",
    group: "programs",
    commands: ["serve"],
  },
  {
    flags: "--ffprobe <path>",
    text: "ffprobe to use (default: FFPROBE_PATH, beside ffmpeg, PATH, the bundled one)",
    group: "programs",
    commands: STARTERS,
  },
  {
    flags: "--stall-timeout <seconds>",
    text: "give up when ffmpeg makes no progress for so long; 0: never (default: 600)",
    group: "programs",
    commands: [...MANY, "task", "verify"],
    words: ["hang", "timeout"],
    parse: decimal,
  },
];
