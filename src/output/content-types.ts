import { extname } from "node:path";

/** What a web server should call the files of packages; docs/hosting.md tells servers the same. */
const TYPES: Readonly<Record<string, string>> = {
  ".ism": "application/xml",
  ".ismc": "application/vnd.ms-sstr+xml",
  ".ismv": "video/mp4",
  ".isma": "audio/mp4",
  ".ismt": "application/mp4",
  ".mpd": "application/dash+xml",
  ".m3u8": "application/vnd.apple.mpegurl",
  ".mp4": "video/mp4",
  ".vtt": "text/vtt; charset=utf-8",
  ".jpg": "image/jpeg",
};

export function contentTypeOf(file: string): string {
  return TYPES[extname(file).toLowerCase()] ?? "application/octet-stream";
}
