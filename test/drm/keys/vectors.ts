/**
 * KIDs and keys of Microsoft's public test seed, with the checksum that their
 * documentation prints for each: all that is here is known to everybody.
 */
export const SEED = "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I";

export const VECTORS = [
  {
    kid: "01020304-0506-0708-090a-aabbccddeeff",
    key: "1947f5eba3d06f1fac8010038f204cbf",
    checksum: "EV/EKanLDy4=",
  },
  {
    kid: "10000000-1000-1000-1000-100000000001",
    key: "3a2a1b68dd2bd9b2eeb25e84c4776668",
    checksum: "5TzIYQ2hrOY=",
  },
  {
    kid: "6f651ae1-dbe4-4434-bcb4-690d1564c41c",
    key: "88da852ae4fa2e1e36aeb2d5c94997b1",
    checksum: "KLj3QzQP/NA=",
  },
  {
    kid: "09e091ab-f838-41d2-9e35-58531fd19ec7",
    key: "9cb061164b7013eaefcc7d6d18424c2c",
    checksum: "w+OZVr8vzrQ=",
  },
] as const;

/** A key that is not public, for what must say nothing of it. */
export const PRIVATE = {
  kid: "c4a5d6e7-1f20-4b31-8c42-9d53ae64bf75",
  key: "7e15a9d2c34b860fe1983d5a6cb4072f",
} as const;

/** All forms in which the key of {@link PRIVATE} could be written; none may be found anywhere. */
export const PRIVATE_FORMS: readonly string[] = (() => {
  const bytes = Buffer.from(PRIVATE.key, "hex");
  return [
    PRIVATE.key,
    PRIVATE.key.toUpperCase(),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    [...bytes].join(","),
    // Part of it would be a leak, too.
    PRIVATE.key.slice(0, 12),
    PRIVATE.key.slice(-12),
  ];
})();
