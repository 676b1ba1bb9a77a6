import { isStoreAddress } from "../store/address.js";
import { commandLine } from "../util/format.js";

/**
 * How ffmpeg and ffprobe may open a file from a stranger. A media file can name other files: a
 * playlist of `/etc/passwd`, a concat script of the neighbour's films, an SDP that calls out.
 * So they may open only files, and only with demuxers that read one file and nothing else.
 */

/** Options for ffprobe, which must detect the format of a file. */
export function probingOptions(
  input: string,
  demuxer: string | undefined,
): string[] {
  return demuxer === undefined
    ? [
        ...protocolOptions(input),
        ...["-format_whitelist", PLAIN_DEMUXERS.join(",")],
      ]
    : readingOptions(input, demuxer);
}

/** Options for ffmpeg, with ffprobe's result: ffmpeg does not detect the format again. */
export function readingOptions(input: string, demuxer: string): string[] {
  // ffmpeg accepts the first of several names for one demuxer.
  const [name = demuxer] = demuxer.split(",");
  const far = hasNoList(demuxer) ? FAR_LOOK : [];
  return [...protocolOptions(input), ...far, ...["-f", name]];
}

/**
 * Can such a file begin without a complete list of its streams? A stream then appears with its
 * first packet, and sound may come minutes after the picture.
 */
export function hasNoList(demuxer: string): boolean {
  return WITHOUT_LIST.includes(demuxer);
}

const WITHOUT_LIST: readonly string[] = [
  ...["mpegts", "mpeg", "flv", "live_flv", "kux", "wtv", "swf", "nsv", "pva"],
];

/**
 * How far every run looks into such a file, instead of 5 MB: five minutes, or 200 MB, which
 * takes as much memory and a fraction of a second from a disk. All runs use the same value, or
 * they would number streams differently. Files that list their streams keep ffmpeg's limits:
 * for a subtitle without a size ffmpeg would read that far in vain.
 */
const FAR_LOOK = ["-analyzeduration", "300000000", "-probesize", "200000000"];

/**
 * A command for people that gives a file a list of its streams. ffmpeg keeps in memory what it
 * reads ahead, so the limit is as low as possible.
 */
export function listingCommand(input: string, megabytes: number): string {
  return commandLine("ffmpeg", [
    ...["-analyzeduration", "100G", "-probesize", `${megabytes}M`, "-i", input],
    ...["-map", "0", "-sn", "-dn", "-c", "copy", "FILE.mkv"],
  ]);
}

/** Is the input a network address or an object of a store, and not a path? */
export function isUrl(input: string): boolean {
  return /^https?:\/\//i.test(input) || isStoreAddress(input);
}

/** Is the input a package? Programs read it as one film, through a relay. */
export function isPackagePath(input: string): boolean {
  return !isUrl(input) && /.\.ism$/i.test(input);
}

/** Is there no file that we could read at the input's path? */
export function isElsewhere(input: string): boolean {
  return isUrl(input) || isPackagePath(input);
}

function protocolOptions(input: string): string[] {
  // A relay on loopback, which itself decides how long a store may be silent.
  if (isStoreAddress(input) || isPackagePath(input))
    return ["-protocol_whitelist", "http,tcp"];
  if (!isUrl(input)) return ["-protocol_whitelist", "file,pipe"];
  return [
    ...["-protocol_whitelist", "http,https,tcp,tls"],
    // In microseconds. ffmpeg tries three times, so a server may be silent for 90 s.
    ...["-rw_timeout", "30000000"],
  ];
}

/**
 * The demuxer for a still picture, by its first bytes. ffmpeg would use the name, and take
 * `%03d.jpg` for the pattern of a series of files.
 *
 * @param head the file's first bytes, at least 12
 */
export function stillDemuxer(head: Uint8Array): string | undefined {
  const text = Buffer.from(head).toString("latin1");
  return STILLS.find(({ magic }) => magic.test(text))?.demuxer;
}

const STILLS = [
  { magic: /^\xff\xd8\xff/, demuxer: "jpeg_pipe" },
  { magic: /^\x89PNG\r\n/, demuxer: "png_pipe" },
  { magic: /^RIFF[^]{4}WEBP/, demuxer: "webp_pipe" },
  { magic: /^(?:II\*\0|MM\0\*)/, demuxer: "tiff_pipe" },
  { magic: /^BM[^]{4}\0\0\0\0/, demuxer: "bmp_pipe" },
] as const;

/**
 * To add a kind of file: a row here. Demuxers that open other files or addresses (hls, dash,
 * concat, imf, sdp, rtsp, image2, vobsub, avisynth, mlv) and those of pure text are left out on
 * purpose.
 */
// prettier-ignore
const PLAIN_DEMUXERS: readonly string[] = [
  // containers
  "mov", "matroska", "mpegts", "mpeg", "avi", "asf", "flv", "live_flv", "kux", "ogg", "mxf", "gxf",
  "nut", "wtv", "rm", "ivf", "swf", "dv", "nuv", "lxf", "pva", "pmp", "ty", "wv", "mtv", "nsv", "viv",
  "vivo", "mods", "moflex", "vividas", "ivr", "rpl", "roq", "smk", "bink", "film_cpk", "4xm", "flic",
  "idcin", "wc3movie", "mm", "thp", "smjpeg", "mpjpeg", "yuv4mpegpipe", "psxstr", "xmv", "ea", "mv",
  "iv8", "r3d", "dhav", "filmstrip", "cine", "gdv", "kvag", "argo_brp", "ipmovie", "lmlm4", "nc",
  // bare picture streams
  "h264", "hevc", "vvc", "av1", "obu", "m4v", "mpegvideo", "mjpeg", "mjpeg_2000", "vc1", "vc1test", "h261",
  "h263", "dirac", "cavsvideo", "avs", "avs2", "avs3", "dnxhd", "ingenient", "ipu", "apng", "gif",
  // sound
  "mp3", "aac", "ac3", "eac3", "dts", "dtshd", "truehd", "mlp", "flac", "wav", "w64", "aiff", "au",
  "caf", "amr", "amrnb", "amrwb", "ape", "tta", "tak", "mpc", "mpc8", "oma", "voc", "shn", "qcp", "gsm",
  "g722", "g726", "g729", "ircam", "sox", "dsf", "iff", "spdif", "loas", "latm", "ilbc", "rso", "xwma",
  "xa", "vqf", "sbc", "aptx", "aptx_hd", "nistsphere", "ast", "adx", "brstm", "aax", "aa",
];
