import { commonEncryption } from "../drm/common-encryption.js";
import type { AdaptiveTitle } from "../media/adaptive-title.js";
import { adaptiveStream } from "../smooth/adaptive-stream.js";
import { SEGMENT_END } from "../smooth/address.js";
import { canLead } from "./lead-segment.js";
import { ERRORS, type ErrorAnswer } from "./error-answers.js";
import type { LoadedPackage, ServedLevel, ServedStream } from "./package.js";

const titles = new WeakMap<LoadedPackage, AdaptiveTitle | ErrorAnswer>();

/** A package as DASH and HLS describe it, or why they cannot. Made once. */
export function titleOf(loaded: LoadedPackage): AdaptiveTitle | ErrorAnswer {
  const title = titles.get(loaded) ?? makeTitle(loaded);
  titles.set(loaded, title);
  return title;
}

function makeTitle(loaded: LoadedPackage): AdaptiveTitle | ErrorAnswer {
  const { duration, protection } = loaded;
  const schemes = loaded.streams
    .filter(({ type }) => type !== "text")
    .flatMap(({ levels }) => levels.map((level) => level.encryption));
  const encryption = commonEncryption(schemes, protection);
  if (encryption === "other") return ERRORS.noCommonEncryption;
  const streams = loaded.streams.flatMap((stream) => {
    const { type: kind, levels: tracks } = stream;
    const placed = { ...stream, kind, tracks };
    const adaptive = adaptiveStream(placed, duration, addressesOf);
    const webVtt = kind === "text" ? webVttOf(stream) : undefined;
    const hasLead = tracks.every(canLead);
    return adaptive ? [{ ...adaptive, webVtt, hasLead }] : [];
  });
  const hasMedia = streams.some(({ kind }) => kind !== "text");
  return hasMedia ? { streams, encryption } : ERRORS.noAdaptiveCodec;
}

/** All of a quality lies below one folder of the address. */
export function addressesOf({ stream, bitrate, attributes }: ServedLevel) {
  const name = encodeURIComponent(stream.name);
  const isOnly =
    stream.levels.filter((one) => one.bitrate === bitrate).length === 1;
  const custom = isOnly ? "" : customOf(attributes);
  const base = `QualityLevels(${bitrate}${custom})/`;
  return {
    ...{ base, init: `Init(${name}).mp4` },
    media: [`Fragments(${name}=`, `)${SEGMENT_END}`] as const,
    playlist: `${base}Playlist(${name}).m3u8`,
  };
}

/** They tell levels of one bitrate apart. */
function customOf(attributes: ReadonlyMap<string, string>): string {
  return [...attributes]
    .filter(([name]) => name !== "trackID" && name !== "trackName")
    .filter(([name, value]) => name !== "" && !/[(),=]/.test(name + value))
    .map((pair) => `,${pair.map(encodeURIComponent).join("=")}`)
    .join("");
}

/** Documents are read as TTML; others have no WebVTT. */
function webVttOf({ name, levels }: ServedStream): string | undefined {
  const [level] = levels;
  const isTtml = ["dfxp", "stpp"].includes(level?.sampleEntry ?? "");
  return isTtml ? `${encodeURIComponent(name)}.vtt` : undefined;
}
