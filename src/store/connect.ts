import type { S3Client } from "@aws-sdk/client-s3";
import { PackError } from "../errors.js";
import type { Store, StoreSettings } from "./store.js";

type Sdk = typeof import("@aws-sdk/client-s3");

export interface Connection {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

const connections = new WeakMap<Store, Promise<Connection>>();

/**
 * The SDK's client of a store, made at its first use.
 *
 * @throws PackError `tool` when the SDK is not installed
 */
export function connectionOf(store: Store): Promise<Connection> {
  const known = connections.get(store);
  if (known !== undefined) return known;
  const connection = connectTo(store.settings);
  connections.set(store, connection);
  return connection;
}

/** Credentials, region and AWS_ENDPOINT_URL_S3 are read by the SDK, as every program of AWS reads them. */
async function connectTo({ endpoint }: StoreSettings): Promise<Connection> {
  const sdk = await loadSdk();
  const isOther = endpoint ?? environmentEndpoint();
  const common = {
    ...(endpoint !== undefined && { endpoint }),
    // Names of buckets before the host need a DNS of the store's own.
    forcePathStyle: isOther !== undefined,
    // Stores that are older than the SDK's new checksums refuse or store them. Read back, bytes are compared anyway.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    followRegionRedirects: true,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
  } as const;
  const client = new sdk.S3Client(common);
  const hasRegion = await client.config.region().then(Boolean, () => false);
  if (hasRegion) return { sdk, client };
  client.destroy();
  const region = "us-east-1";
  return { sdk, client: new sdk.S3Client({ ...common, region }) };
}

function environmentEndpoint(): string | undefined {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  return AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
}

/** An optional peer: 20 MB that only users of stores need. */
async function loadSdk(): Promise<Sdk> {
  // Else it prints six lines about the version of Node.js at each start.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  try {
    return await import("@aws-sdk/client-s3");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new PackError(
      "tool",
      "s3:// addresses need @aws-sdk/client-s3, which is not installed beside mss-pack.",
      { cause, hint: "npm install @aws-sdk/client-s3@3.1175.0" },
    );
  }
}
