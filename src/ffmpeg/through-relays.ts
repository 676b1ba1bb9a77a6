import { isStoreAddress, parseAddress } from "../store/address.js";
import { openStore } from "../store/store.js";
import { openRelay, type Relay } from "../store/relay.js";
import { isPackagePath } from "./input-options.js";
import { openJoinedRelay } from "./joined-relay.js";
import type { TaskContext } from "./stall.js";

type Listener = (line: string) => unknown;

/** Options of a run that see what the program prints. */
interface Listeners {
  readonly onLine?: Listener;
  readonly onErrorLine?: Listener;
}

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** An address of a store or the path of a package, and the address that the program gets instead. */
interface Stand {
  readonly shown: string;
  readonly relay: Relay;
}

/** Who opens what the program cannot read. */
export type Sources = Pick<TaskContext, "store" | "packages">;

/**
 * Runs a program whose arguments name objects of a store, or packages. It reads them through
 * relays; all that it prints names the objects again.
 *
 * @param run runs the program with other arguments and listeners
 * @throws PackError `input` when the store did not give all that the program asked for: what it
 * made of the rest counts for nothing
 */
export async function throughRelays<R extends Printed>(
  sources: Sources,
  args: readonly string[],
  listeners: Listeners,
  run: (args: readonly string[], listeners: Listeners) => Promise<R>,
): Promise<R> {
  const stands = await openStands(sources, args);
  const named = (text: string) =>
    stands.reduce(
      (sum, { shown, relay }) => sum.replaceAll(relay.url, shown),
      text,
    );
  const reachable = args.map(
    (arg) => stands.find(({ shown }) => shown === arg)?.relay.url ?? arg,
  );
  try {
    const result = await run(reachable, namedIn(listeners, named)).catch(
      (error: unknown) => {
        throw failureOf(stands) ?? error;
      },
    );
    const failure = failureOf(stands);
    if (failure !== undefined) throw failure;
    const { stdout, stderr } = result;
    return { ...result, stdout: named(stdout), stderr: named(stderr) };
  } finally {
    for (const { relay } of stands) relay.close();
  }
}

async function openStands(
  { store = openStore(), packages }: Sources,
  args: readonly string[],
): Promise<Stand[]> {
  const open = async (arg: string) => {
    if (isStoreAddress(arg)) return openRelay(store, parseAddress(arg));
    const isPackage = packages !== undefined && isPackagePath(arg);
    return isPackage ? openJoinedRelay(await packages(arg)) : undefined;
  };
  const stands = await Promise.all(
    [...new Set(args)].map(async (shown) => {
      const relay = await open(shown);
      return relay === undefined ? [] : [{ shown, relay }];
    }),
  );
  return stands.flat();
}

function failureOf(stands: readonly Stand[]) {
  return stands.flatMap(({ relay }) => relay.failure() ?? [])[0];
}

function namedIn(
  { onLine, onErrorLine }: Listeners,
  named: (text: string) => string,
): Listeners {
  return {
    ...(onLine && { onLine: (line: string) => onLine(named(line)) }),
    ...(onErrorLine && {
      onErrorLine: (line: string) => onErrorLine(named(line)),
    }),
  };
}
