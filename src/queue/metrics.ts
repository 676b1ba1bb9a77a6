import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, PackError } from "../errors.js";
import type { Connected } from "./connect.js";
import type { TaskState } from "./work-options.js";

export interface Metrics {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Figures of the queue and of this worker for Prometheus, on 127.0.0.1 alone.
 *
 * @throws PackError `usage` when the port is taken
 */
export async function startMetrics(
  connected: Connected,
  counts: ReadonlyMap<TaskState, number>,
  port: number | undefined,
): Promise<Metrics | undefined> {
  if (port === undefined) return undefined;
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") send(response, 404, "Expected /metrics.\n");
    else
      figures(connected, counts).then(
        (text) => send(response, 200, text),
        () => send(response, 503, `${connected.address.shown}: is away.\n`),
      );
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((cause: unknown) => {
    throw new PackError(
      "usage",
      `--metrics ${port}: this port cannot be had (${messageOf(cause)}).`,
      { cause },
    );
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}/metrics`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function send(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { "Content-Type": "text/plain; version=0.0.4" })
    .end(text);
}

/** Tasks by how they ended. */
const ENDS: readonly TaskState[] = [
  ...(["done", "again", "failed", "given back", "unwanted"] as const),
];

async function figures(
  { films, tasks }: Connected,
  counts: ReadonlyMap<TaskState, number>,
): Promise<string> {
  const queues = await Promise.all(
    [films, tasks].map((queue) => queue.exportPrometheusMetrics()),
  );
  const count = (state: TaskState) => counts.get(state) ?? 0;
  const ended = ENDS.reduce((sum, state) => sum + count(state), 0);
  const own = [
    "# HELP mss_pack_worker_tasks_total Tasks of this worker by their end",
    "# TYPE mss_pack_worker_tasks_total counter",
    ...ENDS.map(
      (state) =>
        `mss_pack_worker_tasks_total{state="${state}"} ${count(state)}`,
    ),
    "# HELP mss_pack_worker_tasks_active Tasks that this worker is at",
    "# TYPE mss_pack_worker_tasks_active gauge",
    `mss_pack_worker_tasks_active ${count("begun") - ended}`,
  ];
  return `${merged(queues)}${own.join("\n")}\n`;
}

/** The exposition format allows one HELP and one TYPE line a metric, with all of its samples below. */
function merged(texts: readonly string[]): string {
  const metrics = new Map<string, { head: string[]; samples: string[] }>();
  for (const line of texts.join("\n").split("\n")) {
    const name = /^(?:# (?:HELP|TYPE) )?([a-z_]+)/.exec(line)?.[1];
    if (name === undefined) continue;
    const metric = metrics.get(name) ?? { head: [], samples: [] };
    metrics.set(name, metric);
    if (!line.startsWith("#")) metric.samples.push(line);
    else if (!metric.head.includes(line)) metric.head.push(line);
  }
  return [...metrics.values()]
    .flatMap(({ head, samples }) => [...head, ...samples])
    .map((line) => `${line}\n`)
    .join("");
}
