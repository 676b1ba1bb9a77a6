import { setTimeout as sleep } from "node:timers/promises";
import type { NotifyTarget } from "./follow-up-values.js";

export interface NotifyOptions {
  /** Ends the tries at once. */
  readonly signal?: AbortSignal | undefined;
  /** Pauses between the tries, of which there is one more. */
  readonly pausesMs?: readonly number[];
  /** The longest wait for an answer. */
  readonly timeoutMs?: number;
}

const PAUSES_MS = [1000, 3000];
const TIMEOUT_MS = 10_000;

/**
 * Sends the result of an input to the address of `--notify`.
 *
 * @returns a note when no try was answered with success
 */
export async function sendResult(
  target: NotifyTarget,
  line: string,
  options: NotifyOptions = {},
): Promise<string[]> {
  const { signal, pausesMs = PAUSES_MS } = options;
  let failure: string | undefined;
  for (const pauseMs of [0, ...pausesMs]) {
    if (pauseMs > 0) await pause(pauseMs, signal);
    if (signal?.aborted) break;
    failure = await send(target, line, options);
    if (failure === undefined) return [];
  }
  const why = signal?.aborted ? "the run was stopped" : failure;
  const tries = signal?.aborted ? "" : ` in ${pausesMs.length + 1} tries`;
  return [`--notify: ${target.shown} was not told${tries}: ${why}.`];
}

async function pause(
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Only the signal ends the pause early.
  await sleep(milliseconds, undefined, { ...(signal && { signal }) }).catch(
    () => undefined,
  );
}

/** @returns why the result did not arrive; undefined when it did */
async function send(
  { url, authorization }: NotifyTarget,
  line: string,
  { signal, timeoutMs = TIMEOUT_MS }: NotifyOptions,
): Promise<string | undefined> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const { ok, status, body } = await fetch(url, {
      ...{ method: "POST", body: line, redirect: "manual" },
      headers: {
        "content-type": "application/json",
        ...(authorization !== undefined && { authorization }),
      },
      signal: AbortSignal.any([limit, ...(signal ? [signal] : [])]),
    });
    await body?.cancel();
    return ok ? undefined : statusText(status);
  } catch (error) {
    if (limit.aborted) return `no answer in ${timeoutMs / 1000} s`;
    return `it cannot be reached (${causeOf(error)})`;
  }
}

function statusText(status: number): string {
  const isRedirect = status >= 300 && status < 400;
  return isRedirect
    ? `it answers ${status}, and redirects are not followed`
    : `it answers ${status}`;
}

/** A code if there is one, such as ECONNREFUSED. The message of fetch might quote the address. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const { cause } = error;
  if (!(cause instanceof Error)) return error.name;
  return "code" in cause ? String(cause.code) : cause.message;
}
