import { InvalidArgumentError, Option, type Command } from "commander";
import { BOX_STYLES, type BoxStyle } from "../drm/box-style.js";
import { SYSTEMS, type SchemeName } from "../drm/system.js";

/** Options of commands that read a key, as commander gives them. */
export interface KeyFlags {
  readonly keyFile?: string;
  readonly cpix?: string;
  readonly cpixPrivateKey?: string;
  readonly keySeedFile?: string;
  readonly kid?: string;
  readonly insecureKeyFile?: boolean;
}

/** Options of commands that protect. */
export interface ProtectFlags extends KeyFlags {
  readonly protect?: SchemeName;
  readonly laUrl?: string;
  readonly luiUrl?: string;
  readonly dsId?: string;
  readonly customAttributes?: string;
  readonly protectionBoxes?: BoxStyle;
  readonly generateKid?: boolean;
  readonly generateKeys?: boolean;
  readonly keysOut?: string;
  readonly testKeys?: boolean;
}

interface Row {
  readonly flags: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /** Also for those who only open what is protected. */
  readonly opens?: boolean;
}

/** All options of protection: one row each. */
export const PROTECT_OPTIONS: readonly Row[] = [
  {
    flags: "--protect <system>",
    help: "encrypt all tracks, for players with a licence of this system",
    choices: Object.keys(SYSTEMS),
  },
  {
    flags: "--la-url <url>",
    help: "where players ask for a licence (LA_URL), an absolute https address",
  },
  {
    flags: "--key-file <file>",
    help: "the key: lines of KID:KEY, or JSON; - is standard input",
    opens: true,
  },
  {
    flags: "--cpix <file>",
    help: "the key from a CPIX document; - is standard input",
    opens: true,
  },
  {
    flags: "--cpix-private-key <file>",
    help: "private key for an encrypted CPIX document, RSA in PEM",
    opens: true,
  },
  {
    flags: "--key-seed-file <file>",
    help: "make the key from the key seed of a licence server, in base64, and --kid or --generate-kid",
    opens: true,
  },
  {
    flags: "--kid <uuid>",
    help: "the key's number; chooses where there are several",
    opens: true,
  },
  { flags: "--generate-kid", help: "a new number, for a key seed" },
  {
    flags: "--generate-keys",
    help: "a new key, written to --keys-out before the package can be seen",
  },
  {
    flags: "--keys-out <file>",
    help: "where the new key is written, for --key-file later; never over another file",
  },
  {
    flags: "--insecure-key-file",
    help: "read files with keys that others on this machine can read, too",
    opens: true,
  },
  {
    flags: "--test-keys",
    help: "keys that everybody knows are meant: do not warn",
  },
  {
    flags: "--custom-attributes <xml>",
    help: "elements for the licence server, in the header (CUSTOMATTRIBUTES)",
  },
  {
    flags: "--lui-url <url>",
    help: "page for people who get no licence (LUI_URL)",
  },
  { flags: "--ds-id <uuid>", help: "domain service (DS_ID)" },
  {
    flags: "--protection-boxes <kind>",
    help: "names of the boxes: piff, which all players read, or cenc (default: piff)",
    choices: Object.keys(BOX_STYLES),
  },
];

const GROUP = "Protection:";

/** Adds the options of a command that protects. */
export function addProtectOptions(command: Command): Command {
  return add(command, PROTECT_OPTIONS, GROUP).addHelpText(
    "after",
    variables(", with --kid"),
  );
}

/** Adds those of a command that opens what is protected. */
export function addKeyOptions(command: Command): Command {
  const rows = PROTECT_OPTIONS.filter(({ opens }) => opens);
  return add(command, rows, "Key of a protected package:").addHelpText(
    "after",
    variables(""),
  );
}

/** Does a flag say something of a key? What goes without a source is refused by whoever looks for one. */
export function asksForKey(flags: KeyFlags): boolean {
  const { keyFile, cpix, keySeedFile, kid, cpixPrivateKey } = flags;
  return [keyFile, cpix, keySeedFile, kid, cpixPrivateKey].some(
    (flag) => flag !== undefined,
  );
}

/** What `--help` says of other ways; `more` is what goes with them. */
const variables = (more: string) => `
A key or a key seed may also come in MSS_PACK_KEY or MSS_PACK_KEY_SEED${more}.
Keys are never given on the command line: everybody on the machine could read them there.`;

function add(command: Command, rows: readonly Row[], group: string): Command {
  for (const { flags, help, choices } of rows) {
    const option = new Option(flags, help).helpGroup(group);
    if (choices !== undefined)
      option.choices(choices).argParser((value) => choose(value, choices));
    command.addOption(option);
  }
  return command;
}

/** Other ways to encrypt, which people know from DASH and HLS. */
const OTHER_CIPHERS = ["cbcs", "cbc1", "cens"];

function choose(value: string, choices: readonly string[]): string {
  if (choices.includes(value)) return value;
  const expected = `Expected ${choices.join(" or ")}.`;
  if (!OTHER_CIPHERS.includes(value)) throw new InvalidArgumentError(expected);
  throw new InvalidArgumentError(
    `No Smooth Streaming player reads ${value}: it needs a header that only the newest PlayReady clients know, and those play DASH. ${expected}`,
  );
}
