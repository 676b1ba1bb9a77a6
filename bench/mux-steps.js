// node bench/mux-steps.js FILM OUT: does what `mss-pack mux FILM -o OUT --no-fsync`
// does, and writes to file descriptor 3 how many seconds each step took.
import { writeSync } from "node:fs";

const steps = {};
let before = 0; // performance.now() counts from the process's start
const done = (step, at = performance.now()) => {
  steps[step] = (at - before) / 1000;
  before = at;
};

done("Node's start");
const { mux } = await import("../dist/command/mux.js");
done("imports");
const [film, output] = process.argv.slice(2);
const last = {};
await mux([film], {
  ...{ output, fsync: false },
  onPlan: () => done("tables and plan"),
  onProgress: ({ step }) => (last[step] = performance.now()),
});
done("copying", last["mux"]);
done("manifests, reading back", last["verify"]);
done("moving into place");
writeSync(3, JSON.stringify(steps));
