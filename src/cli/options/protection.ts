import { InvalidArgumentError } from "commander";
import { BOX_STYLES, type BoxStyle } from "../../drm/box-style.js";
import { SYSTEM_FACTS, type SystemName } from "../../drm/system.js";
import { PackError } from "../../errors.js";
import { optionOf, type CommandName, type OptionRow } from "./option.js";

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
  readonly protect?: SystemName;
  readonly laUrl?: string;
  readonly luiUrl?: string;
  readonly dsId?: string;
  readonly customAttributes?: string;
  readonly encryption?: BoxStyle;
  readonly generateKid?: boolean;
  readonly generateKeys?: boolean;
  readonly keysOut?: string;
  readonly testKeys?: boolean;
}

/** Commands that encrypt, or plan to. */
const PROTECT: readonly CommandName[] = [
  ...(["pack", "mux", "watch", "plan", "protect"] as const),
];

/** Commands that only decrypt. */
export const OPEN: readonly CommandName[] = [
  ...(["verify", "unprotect", "add", "convert"] as const),
];

type KeyOptionRow = Omit<OptionRow, "group" | "commands"> & {
  /** Rows also for commands that only decrypt. */
  readonly opens?: true;
};

const ROWS: readonly KeyOptionRow[] = [
  {
    flags: "--protect <system>",
    text: "encrypt all tracks, for players with a licence of this system",
    brief: "encrypt all tracks: playready",
    common: true,
    words: ["DRM", "PlayReady", "encrypt"],
    ...oneOf(Object.keys(SYSTEM_FACTS)),
  },
  {
    flags: "--la-url <url>",
    text: "where players ask for a licence (LA_URL), an absolute https address",
    words: ["licence", "license"],
  },
  {
    flags: "--key-file <file>",
    text: "the key: lines of KID:KEY, or JSON; - is standard input",
    opens: true,
  },
  {
    flags: "--cpix <file>",
    text: "the key from a CPIX document; - is standard input",
    opens: true,
  },
  {
    flags: "--cpix-private-key <file>",
    text: "private key for an encrypted CPIX document, RSA in PEM",
    opens: true,
  },
  {
    flags: "--key-seed-file <file>",
    text: "make the key from the key seed of a licence server, in base64, and --kid or --generate-kid",
    opens: true,
  },
  {
    flags: "--kid <uuid>",
    text: "the key's number; chooses where there are several",
    opens: true,
  },
  { flags: "--generate-kid", text: "a new number, for a key seed" },
  {
    flags: "--generate-keys",
    text: "a new key, written to --keys-out before the package can be seen",
  },
  {
    flags: "--keys-out <file>",
    text: "where the new key is written, for --key-file later; never over another file",
  },
  {
    flags: "--insecure-key-file",
    text: "read files with keys that others on this machine can read, too",
    opens: true,
  },
  {
    flags: "--test-keys",
    text: "keys that everybody knows are meant: do not warn",
  },
  {
    flags: "--custom-attributes <xml>",
    text: "elements for the licence server, in the header (CUSTOMATTRIBUTES)",
  },
  {
    flags: "--lui-url <url>",
    text: "page for people who get no licence (LUI_URL)",
  },
  { flags: "--ds-id <uuid>", text: "domain service (DS_ID)" },
  {
    flags: "--encryption <kind>",
    was: "--protection-boxes",
    text: "how it is written into the boxes: piff, which all players read, or cenc (default: piff)",
    words: ["encryption scheme", "boxes"],
    ...oneOf(Object.keys(BOX_STYLES)),
  },
];

/** How packages are encrypted, and with which key. */
export const PROTECTION_OPTIONS: readonly OptionRow[] = ROWS.map(
  ({ opens, ...row }) => ({
    ...row,
    group: "protection",
    commands: opens ? [...PROTECT, ...OPEN] : PROTECT,
  }),
);

/** The note below the key options in help: other ways to give a key. */
export function keysText(command: CommandName): string {
  if (!PROTECT.includes(command) && !OPEN.includes(command)) return "";
  return `
A key or a key seed may also come in MSS_PACK_KEY or MSS_PACK_KEY_SEED${OPEN.includes(command) ? "" : ", with --kid"}.
Keys are never given on the command line: everybody on the machine could read them there.`;
}

/** Does a flag refer to a key? A flag without a source is refused by the search for the source. */
export function asksForKey(flags: KeyFlags): boolean {
  const { keyFile, cpix, keySeedFile, kid, cpixPrivateKey } = flags;
  return [keyFile, cpix, keySeedFile, kid, cpixPrivateKey].some(
    (flag) => flag !== undefined,
  );
}

/**
 * The system that protects packages. Other options of protection have no effect without it, and
 * the user would get a clear film by surprise.
 *
 * @throws PackError `usage`
 */
export function systemOf(flags: ProtectFlags): SystemName | undefined {
  if (flags.protect !== undefined) return flags.protect;
  for (const row of PROTECTION_OPTIONS) {
    const option = optionOf(row);
    if (flags[option.attributeName() as keyof ProtectFlags] === undefined)
      continue;
    throw new PackError(
      "usage",
      `${option.long} is given without --protect: nothing would be encrypted.`,
      {
        hint: `--protect ${Object.keys(SYSTEM_FACTS).join(" or ")} encrypts.`,
        facts: { option: option.long },
      },
    );
  }
  return undefined;
}

/** Other ways to encrypt, which people use with DASH and HLS. */
const OTHER_CIPHERS = ["cbcs", "cbc1", "cens"];

function oneOf(choices: readonly string[]) {
  const parse = (value: string): string => {
    if (choices.includes(value)) return value;
    const expected = `Expected ${choices.join(" or ")}.`;
    throw new InvalidArgumentError(
      OTHER_CIPHERS.includes(value)
        ? `No Smooth Streaming player reads ${value}: it needs a header that only the newest PlayReady clients know, and those play DASH. ${expected}`
        : expected,
    );
  };
  return { choices, parse };
}
