import { PackError } from "../errors.js";

export interface StoreSettings {
  /** Address of a store that is not Amazon's. Default: AWS_ENDPOINT_URL_S3, or Amazon's. */
  readonly endpoint?: string | undefined;
  /** Bytes of a part of a multipart upload. Default: by the size of the file. */
  readonly partBytes?: number | undefined;
}

/**
 * A store, which is not asked anything before its first use. Its type is part of our API, so
 * it must not need the SDK's.
 */
export interface Store {
  readonly settings: StoreSettings;
}

/** @throws PackError `usage` for an endpoint that is no address */
export function openStore(settings: StoreSettings = {}): Store {
  const { endpoint } = settings;
  if (endpoint !== undefined) requireEndpoint(endpoint);
  return { settings };
}

function requireEndpoint(endpoint: string): void {
  const { protocol, username } = URL.canParse(endpoint)
    ? new URL(endpoint)
    : { protocol: "", username: "" };
  if (/^https?:$/.test(protocol) && username === "") return;
  throw new PackError(
    "usage",
    "--s3-endpoint is no address of a store. Expected such as https://store.example.com:9000, without a user.",
    { facts: { option: "--s3-endpoint" } },
  );
}
