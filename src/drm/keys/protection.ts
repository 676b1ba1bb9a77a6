import { randomBytes } from "node:crypto";
import { PackError } from "../../errors.js";
import { contentKey } from "../content-key.js";
import { protectionOf, type ProtectionRequest } from "../index.js";
import { readPlayReadyObject } from "../read-header.js";
import { newKid } from "./generate.js";
import { loadKey, wantedKid } from "./load-key.js";
import type { KeyOptions, KeySurroundings } from "./options.js";
import { chooseSource } from "./source.js";

/** How to protect, and the source of the key. */
export interface ProtectionOptions
  extends
    KeyOptions,
    Omit<ProtectionRequest, "contentKey" | "headerData" | "keepKey"> {}

export interface LoadedProtection {
  readonly request: ProtectionRequest;
  /** The address for licences; undefined when players must know it. */
  readonly laUrl: string | undefined;
  /** Notes for the user: sentences. */
  readonly notes: readonly string[];
  /** Warnings about risks for the protection. */
  readonly warnings: readonly string[];
}

/**
 * Checks all options of a protection, then reads its key or makes one. The request's `keepKey`
 * writes a new key when a package is complete.
 *
 * @throws PackError `usage` for options that are wrong or do not go together, and the errors of loadKey
 */
export async function loadProtection(
  options: ProtectionOptions,
  surroundings: KeySurroundings = {},
): Promise<LoadedProtection> {
  const warnings = checkProtection(options, surroundings);
  const key = await loadKey(options, surroundings);
  if (key.headerData !== undefined) refuseSettings(options);
  const request: ProtectionRequest = {
    ...settingsOf(options),
    contentKey: key.contentKey,
    headerData: key.headerData,
    keepKey: key.keepKey,
  };
  const { data } = protectionOf(request);
  const { laUrl } = readPlayReadyObject(Buffer.from(data));
  return {
    ...{ request, laUrl },
    notes: [...key.notes, ...notesOn(request, laUrl)],
    warnings: [...warnings, ...key.warnings],
  };
}

/**
 * Checks everything that needs no key.
 *
 * @returns warnings
 * @throws PackError `usage`
 */
export function checkProtection(
  options: ProtectionOptions,
  surroundings: KeySurroundings,
): string[] {
  chooseSource(options, surroundings);
  wantedKid(options);
  const warnings = checkUrls(options);
  // These checks need no key, so `plan` makes them too.
  const any = contentKey(newKid(), randomBytes(16));
  protectionOf({ ...settingsOf(options), contentKey: any });
  return warnings;
}

function settingsOf(options: ProtectionOptions) {
  const { system, laUrl, luiUrl, dsId, customAttributes } = options;
  const { encryption, reproducible } = options;
  return {
    ...{ system, laUrl, luiUrl, dsId, customAttributes },
    ...{ encryption, reproducible },
  };
}

/** Options whose values go into the header. */
const HEADER_OPTIONS = {
  laUrl: "--la-url",
  luiUrl: "--lui-url",
  dsId: "--ds-id",
  customAttributes: "--custom-attributes",
} as const;

/** A given header is used unchanged, so other options for the header would be lost without a word. */
function refuseSettings(options: ProtectionOptions): void {
  for (const [field, name] of Object.entries(HEADER_OPTIONS)) {
    if (options[field as keyof typeof HEADER_OPTIONS] === undefined) continue;
    throw new PackError(
      "usage",
      `${name} is given, and the CPIX document brings a PlayReady header, which is taken as it is. Expected one of them.`,
      { facts: { option: name } },
    );
  }
}

function notesOn(
  { encryption, headerData }: ProtectionRequest,
  laUrl: string | undefined,
): string[] {
  return [
    ...(encryption === "cenc"
      ? [
          "--encryption cenc: rx-player does not find its way in such packages, nor do Silverlight and devices of its time",
        ]
      : []),
    ...(laUrl === undefined && headerData === undefined
      ? ["no --la-url: players must know the licence server themselves"]
      : []),
  ];
}

/**
 * Checks the addresses in every manifest, apart from their syntax.
 *
 * @returns warnings
 * @throws PackError `usage` for an address with a user name or password
 */
function checkUrls({
  laUrl,
  luiUrl,
}: {
  readonly laUrl?: string | undefined;
  readonly luiUrl?: string | undefined;
}): string[] {
  if (laUrl !== undefined) refusePassword("--la-url", laUrl);
  if (luiUrl !== undefined) refusePassword("--lui-url", luiUrl);
  return laUrl !== undefined && /^http:/i.test(laUrl)
    ? [
        "--la-url is an http address: everybody on the way can read and change what a player asks for. Expected https",
      ]
    : [];
}

/** Text that is no address is refused later, when the header is written. */
function refusePassword(option: string, text: string): void {
  if (!URL.canParse(text)) return;
  const { username, password } = new URL(text);
  if (username === "" && password === "") return;
  throw new PackError(
    "usage",
    `${option} has a user's name or password in it, which everybody would read in the manifest. Expected an address without.`,
    { facts: { option } },
  );
}
