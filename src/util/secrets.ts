/** Variables that carry a key or a key seed. No program that we start gets them. */
export const SECRET_VARIABLES = {
  key: "MSS_PACK_KEY",
  seed: "MSS_PACK_KEY_SEED",
} as const;

/** Variables that open a store. Hooks of the user may need them, ffmpeg does not. */
const STORE_VARIABLES = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/** Addresses of the queue's server, with its password. */
const QUEUE_VARIABLES = ["MSS_PACK_REDIS", "MSS_PACK_POSTGRES"];

/** Does the environment hold a key or a seed? */
export function hasSecret(environment: NodeJS.ProcessEnv): boolean {
  return Object.values(SECRET_VARIABLES).some(
    (name) => environment[name] !== undefined,
  );
}

/** An environment for a child process without the secrets, in any spelling of Windows. */
export function withoutSecrets(
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return without(environment, [
    ...Object.values(SECRET_VARIABLES),
    ...QUEUE_VARIABLES,
  ]);
}

/** An environment for a child process that opens no store. */
export function withoutStoreSecrets(
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return without(environment, STORE_VARIABLES);
}

function without(
  environment: NodeJS.ProcessEnv,
  secret: readonly string[],
): NodeJS.ProcessEnv {
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.filter(([name]) => !secret.includes(name.toUpperCase())),
  );
}

/**
 * Might this text be a key, or a seed, in the wrong place? Then no message may repeat it. A key
 * is digits to the end, also after a KID and a colon; or base64 that is padded or mixed as no
 * word is.
 */
export function looksLikeKey(text: string): boolean {
  const last = text.slice(text.lastIndexOf(":") + 1).trim();
  const isMixed = [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(last));
  return (
    /[0-9a-f]{24,}$/i.test(last) ||
    /^[\w+/-]+={1,2}$/.test(last) ||
    (isMixed && /^[A-Za-z\d+/]{20,}$/.test(last))
  );
}

/** The sentence, without quoted values that look like keys. */
export function withoutKeys(sentence: string): string {
  return sentence.replace(/'([^']*)'/g, (quoted, value: string) =>
    looksLikeKey(value) ? "'...'" : quoted,
  );
}
