import type { CommandName } from "./options/option.js";

/** What people bring from other tools: the names there, and a sentence about ours. */
export interface Row {
  /** Options, with spaces between them. */
  readonly names: string;
  readonly answer: string;
  /** The answer is only for such values. Rows with values stand before the row for all others. */
  readonly value?: RegExp;
  /** The answer is only for these commands. Such rows stand before the row for all others. */
  readonly commands?: readonly CommandName[];
}

/** Options about the picture. */
export const VIDEO_ROWS: readonly Row[] = [
  {
    names: "-vf --vf --filter -filter:v",
    value: /^scale/,
    answer:
      "Sizes are rungs: --max-height 720, or --rung 1280x720:2800k. mss-pack scales the video itself.",
  },
  {
    names: "-vf --vf --filter -filter:v",
    value: /^(yadif|bwdif|idet|w3fdif)/,
    answer: "Leave it out: mss-pack deinterlaces interlaced video itself.",
  },
  {
    names: "-vf --vf --filter -filter:v -filter_complex",
    answer:
      "mss-pack chooses the filters itself, as mss-pack plan shows. Others go before: ffmpeg -i IN -vf FILTER OUT.",
  },
  {
    names: "--crop --pad",
    answer:
      "mss-pack does not cut the picture: ffmpeg -i IN -vf crop=W:H:X:Y OUT does it, before.",
  },
  {
    names: "--rotate -rotate -noautorotate",
    answer:
      "mss-pack turns video as its file says. ffmpeg -i IN -vf transpose=1 OUT turns it otherwise, before.",
  },
  {
    names: "-deinterlace --deinterlace --decomb --yadif",
    answer: "Leave it out: mss-pack deinterlaces interlaced video itself.",
  },
  {
    names: "-q --quality",
    value: /^\d/,
    answer:
      "A constant quality is --crf 23, under the bitrates of the rungs; --rung 1080p:5000k sets those.",
  },
  {
    names: "-crf --quality --qp -qp --cq -qscale -q:v -qscale:v --rf",
    answer:
      "A constant quality is --crf 23, under the bitrates of the rungs; --rung 1080p:5000k sets those.",
  },
  {
    names: "-b -b:v -vb --vb --video-bitrate --bitrate",
    answer: "The bitrate of a rung stands behind its size: --rung 1080p:5000k.",
  },
  {
    names: "-maxrate --maxrate -minrate -bufsize",
    answer:
      "The peak of a rung stands behind its bitrate: --rung 1080p:5000k:7500k. A preset file has its buffer too, bufferSeconds.",
  },
  {
    names: "--ladder --rungs --renditions --resolutions",
    answer:
      "A ladder is --preset NAME, or a --rung for each size: --rung 720p:3000k --rung 360p:800k.",
  },
  {
    names: "-preset --speed --x264-preset -speed",
    answer: "The speed of x264 is --encoder-preset slow.",
  },
  {
    names: "-Z --preset-import-file",
    answer:
      "A preset is a ladder here: --preset NAME, and mss-pack presets lists them. The speed of x264 is --encoder-preset slow.",
  },
  {
    names:
      "--scale --resolution --size --width --height -s -s:v -w -l --maxHeight --maxWidth",
    answer: "Sizes are rungs: --max-height 720, or --rung 1280x720:2800k.",
  },
  {
    names: "-aspect --aspect --pixel-aspect",
    answer:
      "Leave it out: mss-pack keeps the shape of the picture and makes its pixels square.",
  },
  {
    names: "-r --fps --framerate -framerate --rate -vsync",
    answer:
      "The frame rate is the source's, up to 60; mss-pack makes no other.",
  },
  {
    names: "-g --keyint -keyint_min -sc_threshold --gop-size",
    answer:
      "--fragment SECONDS sets the length of a fragment; each begins with a key frame.",
  },
  {
    names:
      "--segment --segment-duration --segment-length -segment_time -hls_time -seg_duration --seg-duration -frag_duration -min_frag_duration --fragment-duration --fragment-length --gop --fragment_duration --segment_duration",
    answer: "The length of a fragment is --fragment SECONDS.",
  },
  {
    names: "-pass -passlogfile --multi-pass --2pass -2",
    answer: "--two-pass encodes in two passes.",
  },
  {
    names: "-pix_fmt --pix-fmt",
    answer:
      "Leave it out: mss-pack makes 8-bit 4:2:0, which all players of Smooth Streaming show.",
  },
  {
    names:
      "-profile -profile:v -level -level:v --encoder-profile --encoder-level",
    answer:
      "A preset file has profile and level of each rung: mss-pack presets smooth-720p > my.json, then --preset my.json.",
  },
  {
    names: "-tune --encoder-tune",
    answer:
      "x264 is tuned by --tune film, animation, grain or stillimage; its other kinds are not for packages.",
  },
  {
    names: "-x264-params -x264opts --x264-params -x --encopts -bf -refs",
    answer:
      "mss-pack sets the other options of x264 itself; --encoder-preset sets its speed.",
  },
  {
    names: "-hwaccel --hwaccel --gpu --nvenc --qsv --hw",
    answer:
      "--encoder h264_nvenc, h264_qsv, h264_vaapi or h264_videotoolbox encodes in a device; mss-pack decodes on the processor.",
  },
];

/** Options about codecs, audio and captions. */
export const STREAM_ROWS: readonly Row[] = [
  {
    names:
      "-c -c:v -c:a --codec --vcodec --acodec -vcodec -acodec -codec -codec:v -codec:a",
    value: /^copy$/,
    answer:
      "mss-pack mux film.mp4 -o out/ packages finished MP4s as they are. --copy video and --copy audio keep the source's own beside encoded rungs.",
  },
  {
    names: "-c -c:v --codec --vcodec -vcodec -codec -codec:v -e",
    value: /nvenc|qsv|vaapi|videotoolbox|^vt_/,
    answer:
      "--encoder h264_nvenc, h264_qsv, h264_vaapi or h264_videotoolbox encodes in a device.",
  },
  {
    names:
      "-c -c:v -c:a --codec --vcodec --acodec -vcodec -acodec -codec -codec:v -codec:a -e -E --aencoder",
    answer:
      "The video is H.264 and the audio AAC, which players of Smooth Streaming read. --copy video and --copy audio take the source's own.",
  },
  {
    names: "--remux --no-encode --passthrough --mux",
    answer:
      "mss-pack mux film.mp4 -o out/ packages finished MP4s without encoding.",
  },
  {
    names: "-b:a -ab --ab -B --abitrate",
    answer: "The audio's bitrate is --audio-bitrate 128k.",
  },
  {
    names: "-ac --mixdown -6 --channels",
    answer: "--audio-channels 1, 2 or 6 sets the channels of the audio.",
  },
  {
    names: "-ar --arate --sample-rate",
    answer: "The audio has 48000 Hz; a preset file can say another sampleRate.",
  },
  {
    names: "-af -filter:a --volume --gain --loudnorm --normalize --lufs --drc",
    answer:
      "--loudness ebu, atsc or -16 (LUFS) makes each sound as loud as that. Other filters go before: ffmpeg -i IN -c:v copy -af FILTER OUT.",
  },
  {
    names:
      "--lang --languages --audio-language --alang --audio-lang --audio-lang-list --native-language",
    answer:
      "--language eng names the language of the audio; --audio eng,deu chooses audio by language.",
  },
  {
    names:
      "--subtitle --subtitles --srt --srt-file --vtt --sub --subs -c:s --cc --caption",
    answer:
      "Captions are files: --captions FILE=LANGUAGE, such as --captions film.srt=eng; --captions auto takes those beside the film, --captions embedded the text inside it.",
  },
  {
    names: "--widevine --fairplay --clearkey --cenc --aes --aes-128",
    answer:
      "mss-pack encrypts for PlayReady and nothing else: --protect playready.",
  },
  {
    names: "--drm --encrypt --encryption --playready",
    answer:
      "--protect playready encrypts; mss-pack help protection tells where its key comes from.",
  },
];
