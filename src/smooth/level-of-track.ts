import type { ClientLevel, ClientStream } from "./client-manifest.js";
import type { ServerTrack } from "./server-manifest.js";

/** The level of a stream that a track holds: of several with its bitrate, the one whose custom attributes it has. */
export function levelOfTrack(
  stream: ClientStream | undefined,
  { bitrate, params }: ServerTrack,
): ClientLevel | undefined {
  const levels = stream?.levels.filter((level) => level.bitrate === bitrate);
  return levels?.find(({ custom }) => hasAll(params, custom)) ?? levels?.[0];
}

/** Has a track all attributes of a level, or of an address? Those that its .ism does not name at all are no difference. */
export function hasAll(
  params: ReadonlyMap<string, string>,
  custom: ReadonlyMap<string, string>,
): boolean {
  return [...custom].every(([name, value]) => {
    const own = params.get(name);
    return own === undefined || own === value;
  });
}

/** `QualityLevels(BITRATE,NAME=VALUE)/Fragments(STREAM)`. MS-SSTR 2.2.3 */
export function levelAddress(
  stream: string,
  bitrate: number,
  custom: ReadonlyMap<string, string>,
): string {
  const attributes = [...custom].map(([name, value]) => `,${name}=${value}`);
  return `QualityLevels(${bitrate}${attributes.join("")})/Fragments(${stream})`;
}
