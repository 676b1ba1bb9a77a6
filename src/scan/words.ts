import { CLIENT_NAMES, CLIENTS } from "../clients/clients.js";
import { kilobits } from "../util/format.js";
import type { ScanRow } from "./row.js";

/** `h264 1920x1080, 8 rungs, 230-5000 kbit/s`; empty without a picture. */
export function pictureText({ video }: ScanRow): string {
  if (video.length === 0) return "";
  const codecs = unique(
    video.map(({ codec }) => codec || "unknown"),
    "+",
  );
  const rungs = video.length === 1 ? "1 rung" : `${video.length} rungs`;
  return [`${codecs} ${largest(video)}`.trim(), rungs, rates(video)]
    .filter((part) => part !== "")
    .join(", ");
}

/** The same in a narrow column: `h264 1080p x8`. */
export function shortPicture({ video }: ScanRow): string {
  if (video.length === 0) return "-";
  const codecs = unique(
    video.map(({ codec }) => codec || "?"),
    "+",
  );
  const height = highest(video);
  const size = height === 0 ? "" : ` ${height}p`;
  return `${codecs}${size} x${video.length}`;
}

function largest(video: ScanRow["video"]): string {
  const height = highest(video);
  const one = video.find((each) => each.height === height);
  return one?.width && one.height ? `${one.width}x${one.height}` : "";
}

function highest(video: ScanRow["video"]): number {
  return video.reduce((most, { height }) => Math.max(most, height ?? 0), 0);
}

function rates(video: ScanRow["video"]): string {
  const known = video.flatMap(({ bitrate }) => bitrate ?? []);
  if (known.length === 0) return "";
  const least = kilobits(known.reduce((a, b) => Math.min(a, b)));
  const most = kilobits(known.reduce((a, b) => Math.max(a, b)));
  return least === most ? `${most} kbit/s` : `${least}-${most} kbit/s`;
}

/** `aac eng, fra`; empty without sound. */
export function soundText({ audio }: ScanRow): string {
  if (audio.length === 0) return "";
  const codecs = unique(audio.map(({ codec }) => codec || "unknown"));
  return `${codecs} ${unique(audio.map(({ language }) => language))}`;
}

/** `eng, fra`; empty without captions. */
export function captionsText({ captions }: ScanRow): string {
  return unique(captions.map(({ language }) => language));
}

/** `PlayReady 09e36702-...`; empty in the clear. */
export function protectionText({ protection }: ScanRow): string {
  if (protection === null) return "";
  const { system, keyId } = protection;
  return [system ?? "encrypted", ...(keyId ? [keyId] : [])].join(" ");
}

/** `index, timeline`; empty without faults. */
export function faultsText({ faults }: ScanRow): string {
  return faults.map(({ rule }) => rule).join(", ");
}

/** `mfra-missing, tfxd-missing`; empty when nothing is to be mended, or it is not known. */
export function mendsText({ mends }: ScanRow): string {
  return (mends ?? []).map(({ id }) => id).join(", ");
}

/** `VLC, rx-player`; empty when none is known to fail. */
export function failsText({ clients }: ScanRow): string {
  return unique((clients ?? []).map(({ client }) => CLIENTS[client].name));
}

/** How many clients nothing is known against, of all: `7/9`; empty when it is not known. */
export function playsText({ clients }: ScanRow): string {
  if (clients === null) return "";
  const failing = new Set(clients.map(({ client }) => client));
  const all = CLIENT_NAMES.length;
  return `${all - failing.size}/${all}`;
}

/** What a row's package is, where it is no package with both manifests. */
export const KIND_WORDS: Readonly<Record<ScanRow["kind"], string>> = {
  ism: "",
  ismc: "without an .ism",
  media: "media without manifests",
  fragments: "folders of fragments without manifests",
};

function unique(values: readonly string[], between = ", "): string {
  return [...new Set(values)].join(between);
}
