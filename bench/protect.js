// node bench/protect.js FILM OUT: what `mss-pack mux FILM -o OUT --no-fsync` does with a
// protection, through the joined code that the command runs. The key is no secret.
import { createSecretKey, randomBytes } from "node:crypto";
import { mux } from "../dist/command/mux.js";

const [film, output] = process.argv.slice(2);
const contentKey = {
  kid: randomBytes(16),
  key: createSecretKey(randomBytes(16)),
};
const protection = { system: "playready", contentKey };
await mux([film], { output, fsync: false, protection });
