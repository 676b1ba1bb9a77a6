import { flashesAt } from "../checks/video.js";
import { inSync } from "../checks/audio.js";
import { media } from "../make/media.js";
import { bursting, flashing } from "../make/sources.js";
import type { Row } from "../row.js";
import { VARIABLE } from "./notes.js";

const VFR = "variable frame rate";
const ODD = "odd frame rate";
const UNTOLD = "a bare stream that tells no frame rate";

/** What encoders write that know their clock alone: so many ticks a second, two a frame. */
function clockAlone(ticks: number): readonly string[] {
  return ["-bsf:v", `h264_metadata=tick_rate=${ticks}:fixed_frame_rate_flag=0`];
}

const COUNTED = [
  /^the stream does not tell how fast its frames follow one another: taken as 25 a second$/,
  /^no audio: /,
];

/** Frames keep the times that filters gave them, on a clock of so many ticks. */
function onClock(ticks: number): readonly string[] {
  return ["-vsync", "0", "-enc_time_base", `1/${ticks}`];
}

/** Times of frames that come up to 2 ms early or late. */
const JITTER = "settb=1/600,setpts='(N/30+0.002*sin(N*1.7))/TB'";

/** Frames whose picture flashes at 1 s and in the last fifth of a second. */
const ENDS_WHITE = flashing({ rate: "30" }, [1, 1.2], [3.8, 4]);

export const RATES: readonly Row[] = [
  ...[2_000, 180_000].map((ticks) => ({
    name: `bare H.264 that tells a clock of ${ticks} ticks`,
    class: UNTOLD,
    file: "bare.h264",
    make: media({
      video: flashing({ rate: "25" }, [2, 2.2]),
      seconds: 3,
      options: [...clockAlone(ticks), "-bf", "2"],
    }),
    expected: {
      size: "320x180",
      rate: "25/1",
      seconds: 3,
      channels: 0,
      notes: COUNTED,
      checks: [flashesAt(2)],
    },
  })),
  {
    name: "a phone's clock of 600 ticks, jittering",
    class: VFR,
    file: "phone.mp4",
    make: media({
      video: `${ENDS_WHITE},${JITTER}`,
      audio: bursting(1, 3.8),
      seconds: 4,
      options: [...onClock(600), "-video_track_timescale", "600"],
    }),
    expected: {
      size: "320x180",
      rate: "30/1",
      seconds: 4,
      checks: [inSync(2)],
    },
  },
  {
    name: "a phone that drops frames",
    class: VFR,
    file: "dropping.mp4",
    make: media({
      video: `${ENDS_WHITE},${JITTER},select='eq(n,0)+mod(n,7)*gt(mod(n,23),2)'`,
      audio: bursting(1, 3.8),
      seconds: 4,
      options: [...onClock(600), "-video_track_timescale", "600"],
    }),
    expected: {
      size: "320x180",
      // At 26 % of frames missing nobody can tell 30 from 29.97.
      rate: /^(?:30\/1|30000\/1001)$/,
      seconds: 4,
      notes: [VARIABLE],
      checks: [flashesAt(1, 3.8)],
    },
  },
  {
    name: "a phone in the dark: half of the clip at half the rate",
    class: VFR,
    file: "dark.mov",
    make: media({
      video: `${ENDS_WHITE},select='gt(t,2)+not(mod(n,2))'`,
      seconds: 4,
      options: onClock(600),
    }),
    expected: {
      size: "320x180",
      rate: "30/1",
      seconds: 4,
      channels: 0,
      notes: [VARIABLE],
      checks: [flashesAt(1, 3.8)],
    },
  },
  {
    name: "a screen recording that stands still for seconds",
    class: VFR,
    file: "screen.mkv",
    make: media({
      video: `${ENDS_WHITE},select='lt(mod(t,1.9),0.4)+gt(t,3.79)+between(t,0.99,1.3)'`,
      seconds: 4,
      options: onClock(1000),
    }),
    expected: {
      size: "320x180",
      rate: "30/1",
      seconds: 4,
      channels: 0,
      notes: [VARIABLE],
      checks: [flashesAt(1, 3.8)],
    },
  },
  {
    name: "a webcam of 7.4 frames a second on average",
    class: VFR,
    file: "webcam.mkv",
    make: media({
      // 15 a second, of which about every second one is missing.
      video: `${flashing({ rate: "15" }, [1, 1.4], [4.6, 5])},select='gt(mod(n*7,15),7)+between(t,0.99,1.01)+between(t,4.59,4.61)+gt(t,4.9)'`,
      seconds: 5,
      options: onClock(1000),
    }),
    expected: {
      size: "320x180",
      seconds: 5,
      channels: 0,
      notes: [VARIABLE],
      checks: [flashesAt(1, 4.6)],
    },
  },
  {
    name: "1000000/33333 frames a second",
    class: ODD,
    file: "microseconds.avi",
    make: media({
      video: flashing({ rate: "1000000/33333" }, [1, 1.2], [3.8, 4]),
      audio: bursting(1, 3.8),
      seconds: 4,
    }),
    expected: {
      size: "320x180",
      rate: "30/1",
      seconds: 4,
      checks: [flashesAt(1, 3.8)],
    },
  },
  {
    name: "7.4 frames a second, evenly",
    class: ODD,
    file: "slow.mp4",
    make: media({
      video: flashing({ rate: "37/5" }, [1, 1.5], [4.6, 6]),
      audio: bursting(1, 4.6),
      seconds: 5,
    }),
    expected: {
      size: "320x180",
      rate: "37/5",
      seconds: 5,
      checks: [flashesAt(1, 4.6)],
    },
  },
  {
    name: "23.976 frames a second on a clock of milliseconds",
    class: ODD,
    file: "film.mkv",
    make: media({
      video: flashing({ rate: "24000/1001" }, [1.001, 1.2]),
      audio: bursting(1.001),
      seconds: 4,
    }),
    expected: {
      size: "320x180",
      rate: "24000/1001",
      // Its picture begins 21 ms after the lead-in of the sound.
      seconds: 4.021,
      checks: [inSync(1)],
    },
  },
  {
    name: "120 frames a second",
    class: "more than 60 frames a second",
    file: "fast.mp4",
    make: media({
      video: flashing({ rate: "120" }, [1, 1.1], [1.9, 2]),
      audio: bursting(1, 1.9),
      seconds: 2,
    }),
    expected: {
      size: "320x180",
      rate: "60/1",
      seconds: 2,
      notes: [/^frame rate 120 lowered to 60/],
      checks: [flashesAt(1, 1.9)],
    },
  },
  {
    name: "one frame in four seconds",
    class: "less than one frame a second",
    file: "slides.mp4",
    make: media({
      video: flashing({ rate: "1/4" }, [8, 12]),
      audio: bursting(8),
      seconds: 12,
    }),
    expected: {
      size: "320x180",
      rate: "1/1",
      seconds: 12,
      checks: [flashesAt(8)],
    },
  },
];
