import { PackError } from "../../errors.js";

/**
 * Looks at the addresses that are written into every manifest, beyond what makes
 * them addresses.
 *
 * @returns warnings
 * @throws PackError `usage` for one with a user's name or password in it
 */
export function checkUrls({
  laUrl,
  luiUrl,
}: {
  readonly laUrl?: string | undefined;
  readonly luiUrl?: string | undefined;
}): string[] {
  if (laUrl !== undefined) refusePassword("--la-url", laUrl);
  if (luiUrl !== undefined) refusePassword("--lui-url", luiUrl);
  return laUrl !== undefined && /^http:/i.test(laUrl)
    ? [
        "--la-url is an http address: whoever sits between can read and change what a player asks for. Expected https",
      ]
    : [];
}

/** What is no address at all is told by whoever writes it into the header. */
function refusePassword(option: string, text: string): void {
  if (!URL.canParse(text)) return;
  const { username, password } = new URL(text);
  if (username === "" && password === "") return;
  throw new PackError(
    "usage",
    `${option} has a user's name or password in it, which everybody would read in the manifest. Expected an address without.`,
    { facts: { option } },
  );
}
