/** Clients of Smooth Streaming, with the versions that were tried or read. */
export const CLIENTS = {
  dashjs: { name: "dash.js", version: "5.2.1" },
  shaka: { name: "shaka-player", version: "4.16" },
  rx: { name: "rx-player", version: "4.5.0" },
  media3: { name: "Media3 (ExoPlayer)", version: "2bc2078" },
  kodi: { name: "Kodi's inputstream.adaptive", version: "6800302" },
  vlc: { name: "VLC", version: "3.0.24" },
  gstreamer: { name: "GStreamer", version: "1.22" },
  "yt-dlp": { name: "yt-dlp", version: "81ecd58" },
  n_m3u8dl: { name: "N_m3u8DL-RE", version: "df70f0b" },
} as const;

export type Client = keyof typeof CLIENTS;

export const CLIENT_NAMES = Object.keys(CLIENTS) as readonly Client[];

/**
 * Clients by a list with commas; `all` means each of them.
 *
 * @returns undefined when one is unknown
 */
export function clientsIn(list: string): readonly Client[] | undefined {
  const words = list.split(",").map((word) => word.trim().toLowerCase());
  if (words.includes("all") && words.length === 1) return CLIENT_NAMES;
  const known = CLIENT_NAMES.filter((name) => words.includes(name));
  return words.every((word) => (known as string[]).includes(word))
    ? known
    : undefined;
}
