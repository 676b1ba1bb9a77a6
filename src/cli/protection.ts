import { dirname } from "node:path";
import type { Readable } from "node:stream";
import type { ContentKey } from "../drm/content-key.js";
import {
  protectionFacts,
  type ProtectionFacts,
  SYSTEMS,
  type ProtectionRequest,
} from "../drm/index.js";
import { SECRET_VARIABLES, hasSecret, looksLikeKey } from "../util/secrets.js";
import { loadKey } from "../drm/keys/load-key.js";
import type { KeyOptions, KeySurroundings } from "../drm/keys/options.js";
import {
  checkProtection,
  loadProtection,
  type LoadedProtection,
  type ProtectionOptions,
} from "../drm/keys/protection.js";
import { stdinOptions, keyFilesOf } from "../drm/keys/source.js";
import { uuidText } from "../drm/kid.js";
import type { SystemName } from "../drm/system.js";
import { PackError } from "../errors.js";
import { readFinished } from "../pipeline/finished-package.js";
import {
  isLocked,
  lockOfPackage,
  requireRightKey,
} from "../pipeline/package-lock.js";
import { liesIn } from "../util/paths.js";
import type { ReporterFlags } from "./choose-reporter.js";
import type { ProtectFlags, KeyFlags } from "./options/protection.js";
import { say, writeLine } from "./process.js";

/**
 * The protection that the flags ask for. It reads or makes the key, and reports to the user at
 * once.
 * @throws PackError as loadProtection does
 */
export async function protectionFor(
  system: SystemName,
  flags: ProtectFlags & ReporterFlags,
  command: ProtectedCommand,
): Promise<ProtectionRequest> {
  const options = optionsOf(system, flags);
  refuseTwoReaders(options, command);
  const loaded = await loadProtection(options, surroundingsOf(command));
  sayProtection(loaded, flags);
  return loaded.request;
}

/** A protection that is only planned: no key is made, and no key is read unless the report needs it. */
export async function planProtection(
  system: SystemName,
  flags: ProtectFlags,
  command: ProtectedCommand,
): Promise<PlannedProtection> {
  const options = optionsOf(system, flags);
  refuseTwoReaders(options, command);
  const surroundings = surroundingsOf(command);
  if (options.generateKeys) {
    const warnings = checkProtection(options, surroundings);
    const { laUrl } = options;
    return { facts: { system }, laUrl, notes: [NEW_KEY], warnings };
  }
  const { request, ...details } = await loadProtection(options, surroundings);
  return { ...details, request, facts: protectionFacts(request) };
}

const NEW_KEY = "the key and its KID will be made when the work begins";

export interface PlannedProtection extends Omit<LoadedProtection, "request"> {
  readonly request?: ProtectionRequest;
  readonly facts: Pick<ProtectionFacts, "system"> & Partial<ProtectionFacts>;
}

/** The surroundings of reading keys. */
function surroundingsOf({
  output,
  watched,
  signal,
}: ProtectedCommand): KeySurroundings {
  return {
    ...{ environment: process.env, output, watched, signal },
    readStdin: standardInput,
  };
}

function optionsOf(
  system: SystemName,
  flags: ProtectFlags & { readonly reproducible?: boolean },
): ProtectionOptions {
  return { ...flags, system, encryption: flags.encryption };
}

/** @throws PackError `usage`: standard input can be read once */
function refuseTwoReaders(
  options: KeyOptions,
  { stdin }: ProtectedCommand,
): void {
  const [option] = stdinOptions(options);
  if (option === undefined || stdin === undefined) return;
  throw new PackError(
    "usage",
    `${option} and ${stdin} are both read from standard input. Expected one of them.`,
    { facts: { option } },
  );
}

function standardInput(): Readable {
  if (!process.stdin.isTTY) return process.stdin;
  throw new PackError(
    "usage",
    "Standard input is a terminal. Expected a key: what is typed there stays on the screen.",
  );
}

/** Printed once, before the work: the user cannot see in any other way what is encrypted. */
function sayProtection(
  { request, ...details }: LoadedProtection,
  { json = false, quiet = false }: ReporterFlags,
): void {
  const facts = protectionFacts(request);
  if (json) writeLine({ type: "protection", ...facts, ...details });
  if (!quiet) say(protectionLines({ facts, ...details }).join("\n"));
  else details.warnings.forEach((warning) => say(`WARNING: ${warning}.`));
}

/** A few lines on a protection. */
export function protectionLines({
  facts,
  laUrl,
  notes,
  warnings,
}: PlannedProtection): string[] {
  const { system, kid, checksum } = facts;
  return [
    `Protection: ${SYSTEMS[system].label}, AES-128-CTR`,
    ...(kid ? [`  key       ${kid}, checksum ${checksum}`] : []),
    ...(laUrl ? [`  licences  ${laUrl}`] : []),
    ...notes.map((note) => `  note: ${note}`),
    ...warnings.map((warning) => `  WARNING: ${warning}.`),
  ];
}

/** The surroundings of a command that needs a key. */
export interface ProtectedCommand {
  /** Folder of the packages. */
  readonly output: string | undefined;
  /** Folder of the films. */
  readonly watched?: string | undefined;
  /** Other uses of standard input, in words. */
  readonly stdin?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The key of a finished package, from the source in the flags. The package selects one of
 * several keys, or gives the KID for a key seed.
 *
 * @throws PackError `input` when the package is not protected or the key is another, and the errors of loadKey
 */
export async function keyForPackage(
  ism: string,
  flags: KeyFlags,
  command: ProtectedCommand,
): Promise<ContentKey> {
  const lock = await lockOfPackage(await readFinished(ism));
  const options = { ...flags, kid: flags.kid ?? uuidText(lock.key.kid) };
  if (keyFilesOf(flags).length === 0 && !hasSecret(process.env))
    throw noKeyFor(ism, options.kid);
  const { contentKey } = await loadKey(options, surroundingsOf(command));
  await warnOfKeysBeside(ism, flags);
  requireRightKey(contentKey, lock, ism);
  return contentKey;
}

/** A new key would open nothing: the package has its own. */
function noKeyFor(ism: string, kid: string): PackError {
  return new PackError(
    "usage",
    `No key is given. Expected --key-file, --cpix, --key-seed-file, ${SECRET_VARIABLES.key} or ${SECRET_VARIABLES.seed}.`,
    { hint: `${ism} opens with the key of the KID ${kid}.`, facts: { kid } },
  );
}

/** False when the package cannot be read; verify reports its faults. */
export async function isProtected(ism: string): Promise<boolean> {
  try {
    const finished = await readFinished(ism);
    const { headers = [] } = finished;
    return headers.length > 0 || (await isLocked(finished));
  } catch (error) {
    if (error instanceof PackError) return false;
    throw error;
  }
}

/** A warning, not a refusal: the package exists already, and its user may not be the one who put the keys there. */
async function warnOfKeysBeside(ism: string, flags: KeyFlags): Promise<void> {
  const folder = dirname(ism);
  for (const [option, path] of keyFilesOf(flags))
    if (path !== "-" && !looksLikeKey(path) && (await liesIn(path, folder)))
      say(
        `WARNING: ${option} ${path} lies in the folder of the package, which is there to be served.`,
      );
}
