import { join, sep } from "node:path";
import { PackError } from "../errors.js";

/** An object of a store, or a prefix of objects. */
export interface StoreAddress {
  readonly bucket: string;
  /** Without a slash at its beginning; empty for the whole bucket. */
  readonly key: string;
}

/** Is a word the address of an object, and not a path? */
export function isStoreAddress(word: string): boolean {
  return /^s3:\/\//i.test(word);
}

/** @throws PackError `usage` when there is no bucket */
export function parseAddress(word: string): StoreAddress {
  const [, bucket, key = ""] = ADDRESS.exec(word) ?? [];
  if (bucket !== undefined) return { bucket, key };
  throw new PackError("usage", `${word}: names no bucket.`, {
    hint: "Expected s3://BUCKET/KEY.",
    facts: { found: word },
  });
}

/** Amazon's buckets have small letters, digits, dots and dashes; old ones and other stores' have more. */
const ADDRESS = /^s3:\/\/([\w.-]{1,255})(?:\/(.*))?$/is;

export function addressText({ bucket, key }: StoreAddress): string {
  return `s3://${bucket}/${key}`;
}

/** The prefix of a folder: it ends with a slash, unless it is the whole bucket. */
export function parseFolder(word: string): StoreAddress {
  const { bucket, key } = parseAddress(word);
  const prefix = key.replace(/\/+$/, "");
  return { bucket, key: prefix === "" ? "" : `${prefix}/` };
}

/** An object in a folder. */
export function inFolder(folder: StoreAddress, name: string): StoreAddress {
  return { bucket: folder.bucket, key: `${folder.key}${name}` };
}

/** The path of a file or folder in a folder, on a disk or in a store. */
export function placeIn(folder: string, name: string): string {
  if (!isStoreAddress(folder)) return join(folder, name);
  const key = name.split(sep).join("/");
  return addressText(inFolder(parseFolder(folder), key));
}
