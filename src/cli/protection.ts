import { dirname } from "node:path";
import type { Readable } from "node:stream";
import type { ContentKey } from "../drm/content-key.js";
import {
  protectionFacts,
  type ProtectionFacts,
  SYSTEMS,
  type ProtectionRequest,
} from "../drm/index.js";
import { looksLikeKey } from "../drm/keys/key-like.js";
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
import {
  readFinished,
  lockOfPackage,
  requireRightKey,
} from "../pipeline/finished-package.js";
import { liesIn } from "../util/paths.js";
import type { ReporterFlags } from "./choose-reporter.js";
import type { ProtectFlags, KeyFlags } from "./options/protection.js";
import { say, writeLine } from "./process.js";

/**
 * The protection that the flags ask for, its key read or made; told to the user at once.
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

/** A protection that is only planned: no key is made or read, where that is not needed to tell of it. */
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
  const { request, ...said } = await loadProtection(options, surroundings);
  return { ...said, request, facts: protectionFacts(request) };
}

const NEW_KEY = "the key and its KID will be made when the work begins";

export interface PlannedProtection extends Omit<LoadedProtection, "request"> {
  readonly request?: ProtectionRequest;
  readonly facts: Pick<ProtectionFacts, "system"> & Partial<ProtectionFacts>;
}

/** Everything that keys are read with. */
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
  return { ...flags, system, encryption: flags.protectionBoxes };
}

/** @throws PackError `usage`: it can be read once */
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

/** Once, before the work: what is encrypted cannot be seen in any other way than this. */
function sayProtection(
  { request, ...said }: LoadedProtection,
  { json = false, quiet = false }: ReporterFlags,
): void {
  const facts = protectionFacts(request);
  if (json) writeLine({ type: "protection", ...facts, ...said });
  if (!quiet) say(protectionLines({ facts, ...said }).join("\n"));
  else said.warnings.forEach((warning) => say(`WARNING: ${warning}.`));
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

/** What surrounds a command that needs a key. */
export interface ProtectedCommand {
  /** Where packages are written. */
  readonly output: string | undefined;
  /** From where films are taken. */
  readonly watched?: string | undefined;
  /** What else is read from standard input, in words. */
  readonly stdin?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The key of a finished package, from the source that the flags name. The package
 * says which one it is, where there are several, or a key seed.
 *
 * @throws PackError `input` when it is not protected or the key is another, and as loadKey does
 */
export async function packageKey(
  ism: string,
  flags: KeyFlags,
  command: ProtectedCommand,
): Promise<ContentKey> {
  const lock = lockOfPackage(await readFinished(ism));
  const options = { ...flags, kid: flags.kid ?? uuidText(lock.key.kid) };
  const { contentKey } = await loadKey(options, surroundingsOf(command));
  await warnOfKeysBeside(ism, flags);
  requireRightKey(contentKey, lock, ism);
  return contentKey;
}

/** As far as its manifests can be read: what they lack is told by whoever verifies them. */
export async function isProtected(ism: string): Promise<boolean> {
  return readFinished(ism).then(
    ({ headers }) => (headers?.length ?? 0) > 0,
    () => false,
  );
}

/** Not refused: the package is there already, and whoever looks at it need not be the one who put the keys there. */
async function warnOfKeysBeside(ism: string, flags: KeyFlags): Promise<void> {
  const folder = dirname(ism);
  for (const [option, path] of keyFilesOf(flags))
    if (path !== "-" && !looksLikeKey(path) && (await liesIn(path, folder)))
      say(
        `WARNING: ${option} ${path} lies in the folder of the package, which is there to be served.`,
      );
}
