import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { jsonLines } from "../../support/cli.js";
import { findProgram } from "../../support/programs.js";
import { freePort } from "../../support/free-port.js";
import { documented, type Cache } from "./caches.js";
import { endOf, waitForWords } from "../../support/child.js";

/** Debian keeps it beside the folders in which users other than root look. */
const program = await findProgram("nginx", "../sbin/nginx");

export const missingForNginx = program === undefined ? ["nginx"] : [];

/**
 * Starts nginx with the documented configuration; only addresses and folders are others.
 *
 * @param folder for its cache and logs
 */
export async function startNginx(
  originPort: number,
  folder: string,
): Promise<Cache> {
  await mkdir(join(folder, "log"), { recursive: true });
  const port = await freePort();
  const text = await documented("nginx.conf", [
    ["server 127.0.0.1:8080;", `server 127.0.0.1:${originPort};`],
    ["listen 80;", `listen 127.0.0.1:${port};`],
    ["/var/cache/nginx/mss", join(folder, "cache")],
    ["/var/log/nginx/mss.log", join(folder, "log", "mss.log")],
  ]);
  await writeFile(join(folder, "mss.conf"), text);
  await writeFile(join(folder, "nginx.conf"), around(folder));
  const args = ["-e", "stderr", "-p", folder, "-c", "nginx.conf"];
  const child = spawn(program ?? "", args);
  await waitForWords(child, /start worker process /);
  const stop = async () => {
    await endOf(child, "SIGQUIT");
    return jsonLines(await readFile(join(folder, "log", "mss.log"), "utf8"));
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** What stands around it: as in Debian's nginx.conf, but with folders that anybody may write to. */
function around(folder: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    ${process.getuid?.() === 0 ? "user root;" : ""}
    daemon off;
    worker_processes 2;
    pid nginx.pid;
    error_log stderr notice;
    events { worker_connections 768; }
    http {
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n      ")}
      sendfile on;
      tcp_nopush on;
      access_log off;
      gzip on;
      include mss.conf;
    }
  `;
}
