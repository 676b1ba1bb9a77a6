import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  write as writeFile,
} from "node:fs";
import { errnoOf, outputError, withHint } from "../errors.js";

/** @param written bytes that were written before the error */
type Done = (error?: Error | null, written?: number) => void;

/** Where a batch of lines is put; one is put at a time. */
export interface Target {
  put(lines: string, done: Done): void;
  reopen(): void;
  close(): void;
}

export const STANDARD_OUTPUT: Target = {
  put: (lines, done) => process.stdout.write(lines, done),
  reopen: () => undefined,
  close: () => undefined,
};

/** Appended to, so that a program may also turn the file over by copying and cutting it. */
export function logFile(path: string): Target {
  let fd = openAppending(path);
  return {
    put: (lines, done) => writeAll(fd, Buffer.from(lines), 0, done),
    reopen() {
      const next = openAppending(path);
      closeSync(fd);
      fd = next;
    },
    close: () => closeSync(fd),
  };
}

/** Addresses are nobody else's business: readable for owner and group. */
function openAppending(path: string): number {
  try {
    const fd = openSync(path, APPENDING, 0o640);
    if (fstatSync(fd).isFile()) return fd;
    // A pipe that somebody reads, or a terminal: what is written shall wait for it.
    const waiting = openSync(path, "a");
    closeSync(fd);
    return waiting;
  } catch (error) {
    const refusal = outputError(path, error, "--access-log FILE");
    if (errnoOf(error) !== "ENXIO") throw refusal;
    throw withHint(refusal, "Nobody reads this pipe: start its reader first.");
  }
}

/** Without waiting: to open a named pipe would wait for somebody to read from it. */
const APPENDING =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_WRONLY |
  constants.O_NONBLOCK;

function writeAll(fd: number, bytes: Buffer, at: number, done: Done): void {
  writeFile(fd, bytes, at, bytes.length - at, null, (error, count) => {
    if (error || at + count >= bytes.length) done(error, at);
    else writeAll(fd, bytes, at + count, done);
  });
}
