// node bench/read-tables.js FILM: reads the sample tables of a film as `mss-pack mux`
// does, and writes to file descriptor 3 how long that took and how many samples there
// are. A process of its own, so that nothing is warm that is not warm for a user.
import { writeSync } from "node:fs";
import { readInputs } from "../dist/pipeline/mux-inputs.js";

const [path] = process.argv.slice(2);
const begin = performance.now();
const tracks = await readInputs([{ path }], undefined);
const seconds = (performance.now() - begin) / 1000;
const samples = tracks.reduce((sum, { track }) => sum + track.samples.count, 0);
writeSync(3, JSON.stringify({ seconds, samples }));
