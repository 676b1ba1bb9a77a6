/** `npx tsx bench/quality/make-clips.ts FOLDER`: makes the clips of the bench of quality, to be looked at. */
import { makeClips, makeMixed } from "./clips.js";

const [folder] = process.argv.slice(2);
if (folder === undefined)
  throw new Error("Expected a folder for the clips, such as /tmp/clips.");
const { clips, skipped } = await makeClips(folder);
for (const { path, kind, size, seconds, from } of clips)
  console.log(`${path}: ${kind}, ${size}, ${seconds} s; ${from}`);
for (const reason of skipped) console.log(`left out: ${reason}`);
if (clips.length > 0) console.log(await makeMixed(folder, clips));
