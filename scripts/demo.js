// npm run demo: makes a short clip with sound (or takes yours), packages it, and prints the next
// steps. Run after `npm run build`.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT_CODES, findTools, PackError } from "../dist/index.js";

const OUT = "demo-out";
/** Keeps the demo short; leave it out for better pictures. */
const SPEED = ["--encoder-preset", "veryfast"];
const [ownClip] = process.argv.slice(2);

const clip = ownClip ?? (await makeClip(join(OUT, "clip.mp4")));
const cli = fileURLToPath(new URL("../bin/mss-pack.js", import.meta.url));
console.error(
  `\n$ mss-pack ${clip} -o ${OUT}/ --name demo ${SPEED.join(" ")}\n`,
);
const { status } = spawnSync(
  process.execPath,
  [cli, clip, "-o", OUT, "--name", "demo", "--overwrite", ...SPEED],
  { stdio: "inherit" },
);
if (status === 0) sayWhatNext();
process.exitCode = status ?? 1;

/** Ten seconds of a moving test picture with a timer, and a tone that beeps every second. */
async function makeClip(path) {
  mkdirSync(OUT, { recursive: true });
  const { ffmpeg } = await findTools().catch(noTools);
  console.error(`Making a clip of 10 s with ffmpeg ${ffmpeg.version} ...`);
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=25"];
  const sound = [
    "-f",
    "lavfi",
    "-i",
    "sine=frequency=330:beep_factor=4:sample_rate=48000",
  ];
  const coding = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-pix_fmt",
    "yuv420p",
    "-c:a",
    "aac",
  ];
  const args = [
    "-v",
    "error",
    "-y",
    ...picture,
    ...sound,
    "-t",
    "10",
    ...coding,
    path,
  ];
  const { status: made } = spawnSync(ffmpeg.path, args, { stdio: "inherit" });
  if (made !== 0) throw new Error(`ffmpeg could not make ${path}`);
  return path;
}

/** A demo without an ffmpeg prints what is missing and how to get it. */
function noTools(error) {
  if (!(error instanceof PackError)) throw error;
  console.error(`${error.message}\n  ${error.hint}`);
  process.exit(EXIT_CODES[error.code].exit);
}

function sayWhatNext() {
  console.error(`
See it:
  node bin/mss-pack.js serve ${OUT}/                      then open http://127.0.0.1:8080/play/demo

Next:
  node bin/mss-pack.js verify ${OUT}/demo.ism            decode every rung of it
  node bin/mss-pack.js inspect ${OUT}/demo_und_128.isma  look at the boxes
  node bin/mss-pack.js YOUR.mp4 -o out/                  package a film of yours
  docs/hosting.md                                        caches in front, other origins`);
}
