/**
 * Loaded before the command (`node --import`): counts what it changes on the
 * disk, and has the process get a signal just before change number KILL_AT.
 * So a test can stop a run between any two steps, without waiting for them.
 * KILL_WITH may be an error's code instead of a signal, such as EIO: that change
 * fails then, and with FAIL_ALL every one after it.
 *
 * COUNT_TO: a file that is told the number of changes of a whole run.
 */
import { appendFileSync } from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const { KILL_AT, KILL_WITH = "SIGKILL", FAIL_ALL, COUNT_TO } = process.env;
let changes = 0;

/** Throws when the change is to fail. */
function count(name) {
  changes += 1;
  if (COUNT_TO) appendFileSync(COUNT_TO, `${name}\n`);
  const at = Number(KILL_AT);
  const isError = !KILL_WITH.startsWith("SIG");
  if (isError && (changes === at || (FAIL_ALL && changes > at)))
    throw Object.assign(new Error(`${KILL_WITH}: ${name}`), {
      code: KILL_WITH,
    });
  if (!isError && changes === at) process.kill(process.pid, KILL_WITH);
}

/** It comes with the clock, not with the work: a slow machine has more of them. */
function isHeartbeat([, , options]) {
  return options?.flag === "r+";
}

function watch(object, names) {
  for (const name of names) {
    const real = object[name];
    object[name] = async function (...args) {
      if (!isHeartbeat(args)) count(name);
      return real.apply(this, args);
    };
  }
}

const probe = await promises.open(process.execPath, "r");
watch(Object.getPrototypeOf(probe), ["write", "writeFile", "sync"]);
await probe.close();
watch(promises, ["mkdir", "mkdtemp", "open", "writeFile"]);
watch(promises, ["link", "rename", "rm", "rmdir", "unlink"]);
syncBuiltinESMExports();
