import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { findProgram } from "../support/programs.js";
import { freePort } from "../support/free-port.js";
import { startDaemon, type Daemon } from "./daemon.js";
import { until } from "./until.js";

const program = await findProgram("redis-server");

export const missingForRedis = program === undefined ? ["redis-server"] : [];

export interface Server {
  /** The address that a client gets. */
  readonly url: string;
  /** SIGKILL, as when a machine loses its power. */
  kill(): Promise<void>;
  /** Starts it again, on the same folder and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The settings that docs/scale.md asks for: nothing is thrown away, everything is on the disk. */
const SETTINGS = [
  ...["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""],
  ...["--maxmemory-policy", "noeviction", "--bind", "127.0.0.1"],
];

export interface RedisOptions {
  readonly password?: string;
}

/**
 * Starts Redis on a free port of this machine.
 *
 * @param folder for its data; made when it is not there
 */
export async function startRedis(
  folder: string,
  { password }: RedisOptions = {},
): Promise<Server> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const secret = password === undefined ? [] : ["--requirepass", password];
  const args = [...SETTINGS, "--port", String(port), "--dir", folder];
  const start = async () => {
    const daemon = startDaemon(program ?? "", [...args, ...secret]);
    await until("redis-server", () => ready(daemon, port));
    return daemon;
  };
  let daemon = await start();
  const login =
    password === undefined ? "" : `:${encodeURIComponent(password)}@`;
  return {
    url: `redis://${login}127.0.0.1:${port}`,
    kill: () => daemon.end("SIGKILL"),
    stop: () => daemon.end("SIGTERM"),
    async restart() {
      await daemon.end("SIGTERM");
      daemon = await start();
    },
  };
}

/** While it reads its log after a crash it answers LOADING; without the password, NOAUTH. */
async function ready(daemon: Daemon, port: number): Promise<true | undefined> {
  daemon.requireAlive();
  const answer = await say(port, "PING\r\n");
  return /^(?:\+PONG|-NOAUTH)/.test(answer) ? true : undefined;
}

/** The first answer to some words on a port. */
function say(port: number, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(words));
    socket.once("error", reject).once("data", (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
}
