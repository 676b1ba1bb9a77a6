import { access, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ffmpeg } from "../../test/support/clip.js";

/** A clip of one kind of picture, which an encoder finds easy or hard in its own way. */
export interface Clip {
  readonly name: string;
  readonly kind: string;
  readonly size: "1280x720" | "1920x1080";
  readonly seconds: number;
  /** Where the material is from, in words. */
  readonly from: string;
  /** A file of a Debian package that must be there; left out: ffmpeg makes all of it. */
  readonly file?: string;
  /** Makes of the file, or of nothing, a picture of any length and rate. */
  readonly graph: string;
}

/** Of the Debian package forensics-samples-files: a phone, 1.5 s of 1920x1080. */
const PHONE =
  "/usr/share/forensics-samples/original-files/movie1/VID_20191220_170832.mp4";
/** Of the same: a terminal with a speaker beside it, 8 s of 1280x720. */
const HELLO =
  "/usr/share/forensics-samples/original-files/movie2/movie-hello.mp4";
/** Of the Debian package janus-demos: drawings that stand, with a voice; 46 s of 800x600. */
const SLIDES = "/usr/share/janus/demos/surround/ChID-BLITS-EBU.mp4";
/** Of the Debian packages base-files and fonts-dejavu-core. */
const TEXT = "/usr/share/common-licenses/GPL-3";
const FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf";

/** Forwards, backwards, and so on: no cut in it. */
const endless = (frames: number) =>
  `split[a][b],[b]reverse[c],[a][c]concat,loop=-1:${2 * frames}`;
const phone = endless(45);
const text = (y: string, size: number) =>
  `drawtext=fontfile=${FONT}:textfile=${TEXT}:expansion=none:fontsize=${size}:line_spacing=6:x=40:y=${y}`;

/** Ten kinds, after "A ladder per title: measured facts". All are 25 fps and have no sound. */
export const CLIPS: readonly Clip[] = [
  {
    ...{ name: "animation", kind: "animation", size: "1280x720", seconds: 12 },
    from: "ffmpeg: a zoom into a fractal, flat colours and sharp edges",
    graph:
      "mandelbrot=size=1280x720:rate=25:maxiter=300:end_scale=0.02:end_pts=300,format=yuv420p",
  },
  {
    ...{ name: "graphics", kind: "motion graphics", size: "1280x720" },
    ...{ seconds: 12, from: "ffmpeg: a slow gradient with a title that moves" },
    file: FONT,
    graph: `gradients=size=1280x720:rate=25:nb_colors=4:seed=7:speed=0.02:c0=navy:c1=teal:c2=orange:c3=white,drawtext=fontfile=${FONT}:text='Motion graphics':fontcolor=black:borderw=4:bordercolor=white:fontsize=72:x='w/2-tw/2+300*sin(t)':y='h/2+120*cos(1.7*t)',drawbox=x='mod(160*t,iw)':y=560:w=220:h=60:color=red:t=fill`,
  },
  {
    ...{ name: "slides", kind: "talk with slides", size: "1280x720" },
    ...{ seconds: 30, from: "janus-demos: drawings that stand for seconds" },
    file: SLIDES,
    graph: "scale=960:720:flags=bicubic,pad=1280:720:160:0:white",
  },
  {
    ...{ name: "terminal", kind: "terminal", size: "1920x1080", seconds: 12 },
    from: "base-files: a licence, a line eight times a second",
    file: TEXT,
    graph: `color=0x101010:size=1920x1080:rate=25,${text("h-30*floor(8*t)", 24)}:fontcolor=0xd0d0d0`,
  },
  {
    ...{ name: "scroll", kind: "scrolling text", size: "1280x720" },
    ...{ seconds: 12, from: "base-files: a licence as the end of a film" },
    file: TEXT,
    graph: `color=black:size=1280x720:rate=25,${text("h-90*t", 22)}:fontcolor=white`,
  },
  {
    ...{ name: "upscaled", kind: "upscaled SD", size: "1280x720" },
    ...{ seconds: 10, from: "forensics-samples: the phone by way of 640x360" },
    file: PHONE,
    graph: `scale=640:360:flags=bicubic,${phone},scale=1280:720:flags=bicubic`,
  },
  {
    ...{ name: "camera", kind: "camera", size: "1920x1080", seconds: 10 },
    from: "forensics-samples: a phone, held in the hand",
    file: PHONE,
    graph: phone,
  },
  {
    ...{
      name: "screen",
      kind: "talk with a screen",
      size: "1280x720",
      seconds: 16,
    },
    from: "forensics-samples: a terminal with a small speaker",
    file: HELLO,
    graph: endless(208),
  },
  {
    ...{ name: "grain", kind: "grain", size: "1280x720", seconds: 10 },
    from: "forensics-samples: the phone, with the noise of film",
    file: PHONE,
    graph: `scale=1280:720:flags=bicubic,${phone},noise=alls=24:allf=t:all_seed=5`,
  },
  {
    ...{ name: "sport", kind: "sport", size: "1280x720", seconds: 10 },
    from: "forensics-samples: the phone, under fast pans that shake",
    file: PHONE,
    graph: `${phone},crop=1280:720:x='320+310*sin(3*t)+10*sin(31*t)':y='180+160*sin(4.1*t)+10*cos(29*t)'`,
  },
];

/** A clip that is there. */
export interface MadeClip extends Clip {
  readonly path: string;
}

/** Nearly without loss (noise is bounded, for the disk), and the same bytes on every run with the same ffmpeg. */
const MASTER = [
  ...["-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "10"],
  ...["-maxrate", "40M", "-bufsize", "40M", "-threads", "1", "-g", "50"],
  ...["-pix_fmt", "yuv420p"],
  ...["-fflags", "+bitexact", "-flags:v", "+bitexact"],
];

/**
 * Makes the clips that are not there yet.
 *
 * @param folder where they stay for further runs
 * @returns those that are there, and why others are not
 */
export async function makeClips(
  folder: string,
): Promise<{ clips: MadeClip[]; skipped: string[] }> {
  await mkdir(folder, { recursive: true });
  const clips: MadeClip[] = [];
  const skipped: string[] = [];
  for (const clip of CLIPS) {
    const path = join(folder, `${clip.name}.mp4`);
    if (clip.file !== undefined && !(await isThere(clip.file)))
      skipped.push(`${clip.name}: ${clip.file} is not there`);
    else {
      await once(path, (part) => make(clip, part));
      clips.push({ ...clip, path });
    }
  }
  return { clips, skipped };
}

async function make(clip: Clip, path: string): Promise<void> {
  const isFilm = clip.file !== undefined && /\.mp4$/.test(clip.file);
  const [width, height] = clip.size.split("x");
  const even = `fps=25,scale=${width}:${height}:flags=bicubic,setsar=1`;
  const source = isFilm ? `movie=${clip.file},` : "";
  const graph = ["-f", "lavfi", "-i", `${source}fps=25,${clip.graph},${even}`];
  const plain = ["-f", "lavfi", "-i", `${clip.graph},${even}`];
  const length = ["-t", String(clip.seconds)];
  const input = isFilm ? graph : plain;
  await run([...input, ...length, ...MASTER, path], path);
}

/** Twenty minutes: all clips of 720 lines in turn. */
export async function makeMixed(
  folder: string,
  clips: readonly MadeClip[],
  seconds = 1200,
): Promise<string> {
  const path = join(folder, `mixed-${seconds}.mp4`);
  const own = clips.filter(({ size }) => size === "1280x720");
  const length = own.reduce((sum, clip) => sum + clip.seconds, 0);
  const rounds = Math.ceil(seconds / Math.max(length, 1));
  const list = Array.from({ length: rounds }, () =>
    own.map((clip) => `file '${clip.path}'\n`).join(""),
  ).join("");
  await once(path, async (part) => {
    const names = `${part}.txt`;
    await writeFile(names, list);
    const input = ["-f", "concat", "-safe", "0", "-i", names];
    await run([...input, "-t", String(seconds), "-c", "copy", part], part);
  });
  return path;
}

const run = (args: readonly string[], path: string) =>
  ffmpeg(["-v", "error", "-y", "-nostdin", ...args], path);

/** A file that is cut off must not stand for a clip. */
async function once(
  path: string,
  work: (part: string) => Promise<unknown>,
): Promise<void> {
  if (await isThere(path)) return;
  const part = path.replace(/\.mp4$/, ".part.mp4");
  await work(part);
  await rename(part, path);
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
