import { PackError } from "../errors.js";

/** An address that takes results. */
export interface NotifyTarget {
  /** Without user name and password. */
  readonly url: string;
  /** The value of the header, when the address has a user name or a password. */
  readonly authorization?: string;
  /** For messages: the path and the query of such an address are often its password. */
  readonly shown: string;
}

/**
 * The value of `--notify`. The errors do not repeat it, for it may hold a password.
 *
 * @throws PackError `usage`
 */
export function notifyTarget(text: string): NotifyTarget {
  if (!URL.canParse(text)) throw wrongAddress("is not an address");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw wrongAddress(`begins with ${url.protocol}`);
  const { username, password } = url;
  url.username = url.password = url.hash = "";
  const shown = url.origin;
  if (username === "" && password === "") return { url: url.href, shown };
  const pair = `${decoded(username)}:${decoded(password)}`;
  const authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  return { url: url.href, authorization, shown };
}

/** A `%` that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function wrongAddress(found: string): PackError {
  const expected = "an http or https address";
  return new PackError(
    "usage",
    `The value of --notify ${found}. Expected ${expected}.`,
    {
      hint: "For example: --notify https://example.com/packaged",
      facts: { option: "--notify", expected },
    },
  );
}

/**
 * The value of `--on-done`.
 *
 * @throws PackError `usage`
 */
export function programGiven(text: string): string {
  if (text.trim() !== "" && !text.includes("\0")) return text;
  throw new PackError("usage", "--on-done is empty. Expected a program.", {
    hint: "It is called with the .ism as its one argument: --on-done ./upload.sh",
    facts: { option: "--on-done", found: text },
  });
}
