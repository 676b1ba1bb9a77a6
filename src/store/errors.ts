import { abortedError, PackError } from "../errors.js";
import { addressText, type StoreAddress } from "./address.js";

/** `input` for what is read, `output` for what is written. */
export type ErrorCode = "input" | "output";

/** What was done to an object, for the message when it fails. */
export interface Doing {
  readonly address: StoreAddress;
  readonly code: ErrorCode;
  readonly signal: AbortSignal | undefined;
}

/** A failure of the SDK, as far as it is read. */
interface StoreFailure {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly errno: string | undefined;
}

/** What a failure means, and what to do about it. */
interface Meaning {
  readonly when: (failure: StoreFailure) => boolean;
  readonly words: string | ((failure: StoreFailure) => string);
  readonly hint?: string;
  /** The same may succeed later. */
  readonly passing?: true;
}

/**
 * The failure of a store in words. What may succeed later has the fact `passing`.
 * Nothing is taken from the request, which holds signatures.
 */
export function storeError(cause: unknown, doing: Doing): PackError {
  const { address, code, signal } = doing;
  if (cause instanceof PackError) return cause;
  if (signal?.aborted) return abortedError(signal);
  const failure = readFailure(cause);
  const meaning = MEANINGS.find(({ when }) => when(failure)) ?? OTHER;
  const { words, hint, passing = false } = meaning;
  const what = code === "input" ? "cannot be read" : "cannot be written";
  const why = typeof words === "string" ? words : words(failure);
  const place = addressText(address);
  return new PackError(code, `${place}: ${what} (${why}).`, {
    cause: plainCause(failure),
    ...(hint !== undefined && { hint }),
    facts: { file: place, passing, status: failure.status },
  });
}

/** Is this the error of a store that has no such object? */
export function isMissing(cause: unknown): boolean {
  const { name, status } = readFailure(cause);
  return name === "NotFound" || name === "NoSuchKey" || status === 404;
}

function readFailure(cause: unknown): StoreFailure {
  const error = (cause ?? {}) as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
    errors?: readonly unknown[];
  };
  const { name, message, $metadata, errors } = error;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    name: text(name),
    message: text(message),
    status: $metadata?.httpStatusCode,
    // A host with several addresses has a failure of each.
    errno: systemCode(cause) ?? systemCode(errors?.[0]),
  };
}

/** Such as ECONNREFUSED, EAI_AGAIN or ERR_STREAM_PREMATURE_CLOSE. */
function systemCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" && /^E[A-Z]/.test(code) && !/[a-z]/.test(code)
    ? code
    : undefined;
}

/** The SDK's errors hold the response, and through it the signed request. */
function plainCause({ name, message, status, errno }: StoreFailure): Error {
  const tail = [status, errno].filter((part) => part !== undefined).join(" ");
  return new Error([name, message, tail].filter(Boolean).join(": "));
}

const named =
  (...names: string[]) =>
  ({ name }: StoreFailure) =>
    names.includes(name);

const CREDENTIALS_HINT =
  "Expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile of ~/.aws, or a role of this machine.";

/** The first that fits. */
const MEANINGS: readonly Meaning[] = [
  {
    when: ({ name, message }) =>
      /^(Credentials|Token)Provider/.test(name) ||
      /could not load credentials/i.test(message),
    words: "no credentials for the store are found",
    hint: CREDENTIALS_HINT,
  },
  {
    when: named("NoSuchBucket"),
    words: "there is no such bucket",
    hint: "Is the address of the store right? --s3-endpoint names it; without it, Amazon's is asked.",
  },
  {
    when: named("NoSuchKey", "NotFound"),
    words: "there is no such object",
  },
  {
    when: named("PreconditionFailed"),
    words: "it changed while it was read",
    hint: "Wait until the object is complete, and run the same command again.",
  },
  {
    when: named("RequestTimeTooSkewed"),
    words: "the clock of this machine is not that of the store",
  },
  {
    when: named(
      ...["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"],
      ...["InvalidToken", "TokenRefreshRequired"],
    ),
    words: ({ name }) => `the store does not accept the credentials: ${name}`,
    hint: CREDENTIALS_HINT,
  },
  {
    when: ({ name, status }) => name === "AccessDenied" || status === 403,
    words: "access is denied",
    hint: "The credentials need s3:GetObject to read; s3:PutObject, s3:GetObject, s3:DeleteObject, s3:ListBucket and s3:AbortMultipartUpload to write. Without s3:ListBucket a store says the same of what is not there.",
  },
  {
    when: ({ name, status = 0 }) =>
      status >= 500 || status === 429 || /SlowDown|Throttl|Timeout/.test(name),
    words: ({ name, status = "no answer" }) =>
      `the store fails: ${[status, name].filter(Boolean).join(" ")}`,
    hint: "Run the same command again later.",
    passing: true,
  },
  {
    when: ({ errno, status, name }) =>
      errno !== undefined ||
      (status === undefined && /Abort|Network|Stream|^Error$/.test(name)),
    words: ({ errno, message }) =>
      `the store does not answer: ${errno ?? message}`,
    hint: "Is the network there, and the address of the store right? --s3-endpoint names it.",
    passing: true,
  },
];

const OTHER: Meaning = {
  when: () => true,
  words: ({ name, message }) => `the store says ${name}: ${message}`,
};
