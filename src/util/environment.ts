/** Variables that carry a key or a key seed. No program that we start gets them. */
export const SECRET_VARIABLES = {
  key: "MSS_PACK_KEY",
  seed: "MSS_PACK_KEY_SEED",
} as const;

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
  const secret: readonly string[] = Object.values(SECRET_VARIABLES);
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.filter(([name]) => !secret.includes(name.toUpperCase())),
  );
}
