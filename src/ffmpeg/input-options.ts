import { commandLine } from "./command.js";

/**
 * How ffmpeg and ffprobe may open a file from a stranger. A media file can name
 * others: a playlist of `/etc/passwd`, a concat script of the neighbour's films,
 * an SDP that calls out. So only files may be opened, and only by demuxers that
 * read one file and nothing else.
 */

/** Options for ffprobe, which must find out what a file is. */
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

/** Options for ffmpeg, which is told what ffprobe has found: it does not guess again. */
export function readingOptions(input: string, demuxer: string): string[] {
  // Of ffmpeg's several names for one demuxer the first will do.
  const [name = demuxer] = demuxer.split(",");
  const far = hasNoList(demuxer) ? FAR_LOOK : [];
  return [...protocolOptions(input), ...far, ...["-f", name]];
}

/**
 * Does such a file begin without a complete list of its streams? A stream is
 * then known from its first packet on, and sound may come minutes after the picture.
 */
export function hasNoList(demuxer: string): boolean {
  return WITHOUT_LIST.includes(demuxer);
}

const WITHOUT_LIST: readonly string[] = [
  ...["mpegts", "mpeg", "flv", "live_flv", "kux", "wtv", "swf", "nsv", "pva"],
];

/**
 * How far into such a file every run looks, instead of 5 MB: five minutes, or
 * 200 MB, which is as much memory and a fraction of a second from a disk. Equal
 * for all runs, or they would number streams differently. Files that list their
 * streams keep ffmpeg's limits: of a subtitle whose size nobody tells it would
 * read so far in vain.
 */
const FAR_LOOK = ["-analyzeduration", "300000000", "-probesize", "200000000"];

/**
 * A command for people that gives a file a list of its streams. ffmpeg holds in
 * memory what it looks at: let it be no more than is needed.
 */
export function listingCommand(input: string, megabytes: number): string {
  return commandLine("ffmpeg", [
    ...["-analyzeduration", "100G", "-probesize", `${megabytes}M`, "-i", input],
    ...["-map", "0", "-sn", "-dn", "-c", "copy", "FILE.mkv"],
  ]);
}

/** Is the input an address on a network, rather than a path? */
export function isUrl(input: string): boolean {
  return /^https?:\/\//i.test(input);
}

function protocolOptions(input: string): string[] {
  if (!isUrl(input)) return ["-protocol_whitelist", "file,pipe"];
  return [
    ...["-protocol_whitelist", "http,https,tcp,tls"],
    // In microseconds. ffmpeg tries three times: a server may be silent for 90 s.
    ...["-rw_timeout", "30000000"],
  ];
}

/**
 * The demuxer for a still picture, told by its first bytes: ffmpeg would go by
 * the name, and take `%03d.jpg` for the pattern of a series of files.
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
 * The door for another kind of file: a row here. Left out on purpose are
 * demuxers that open other files or addresses (hls, dash, concat, imf, sdp,
 * rtsp, image2, vobsub, avisynth, mlv) and those of pure text.
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
