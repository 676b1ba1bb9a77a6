import { InvalidArgumentError, Option, type Command } from "commander";

/** Adds the options of `serve`. */
export function addServeOptions(command: Command): Command {
  return command
    .option("--port <number>", "port; 0 takes a free one", portNumber, 8080)
    .option(
      "--host <address>",
      "address to listen on; 0.0.0.0 is every network of this machine",
      "127.0.0.1",
    )
    .option("--workers <count>", "processes that answer", workerCount, 1)
    .option(
      "--allow-download",
      "media files and client manifests may be fetched whole",
    )
    .option(
      "--trust-proxy",
      "a proxy of yours stands in front: take clients' addresses from X-Forwarded-For",
    )
    .option(
      "--access-log <file>",
      "append a line for each request (default: standard output); SIGHUP opens the file anew",
    )
    .addOption(
      new Option("--log-format <format>", "of the access log")
        .choices(["json", "combined"])
        .default("json"),
    )
    .option(
      "--anonymize",
      "write addresses of clients as hashes, with a key that is never stored",
    )
    .option(
      "--preview-keys <file>",
      "keys (lines of KID:KEY, or JSON) with which the page plays protected packages, by Clear Key; this machine alone",
    )
    .option(
      "--insecure-key-file",
      "read that file also when others on this machine can",
    )
    .option("--open", "open the page in a browser")
    .option(
      "--ffmpeg <path>",
      "ffmpeg that makes posters (default: FFMPEG_PATH, PATH, the bundled one)",
    )
    .option("--json", "say on standard output, as JSON, where it serves")
    .option("--debug", "print stacks of errors");
}

function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("Expected a number from 0 to 65535.");
}

function workerCount(text: string): number {
  const count = Number(text);
  if (/^\d{1,2}$/.test(text) && count >= 1 && count <= 64) return count;
  throw new InvalidArgumentError("Expected a number from 1 to 64.");
}
