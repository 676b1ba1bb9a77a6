import type { Begin, ListPackets, Packet } from "./packets.js";

/** Twelve seconds of one picture and one sound. */
const FIRST = 900;

/**
 * Lists the first packets of a file and its last ones in one run: a start of ffprobe
 * takes longer than to read them. A short file has all its packets listed first, and its
 * end is then listed again: the first packet that comes back begins the end.
 *
 * @param fromSeconds where the end begins
 * @param onLast gets the packets of the end
 * @returns undefined when they cannot be told apart, or not be read
 */
export async function beginAndEnd(
  list: ListPackets,
  fields: readonly string[],
  fromSeconds: number,
  onLast: (packet: Packet) => void,
): Promise<Begin | undefined> {
  const packets: Packet[] = [];
  const seen = new Set<string>();
  let [isEnd, isMixed] = [false, false];
  const isRead = await list(
    [...new Set([...fields, ...OF_ITS_OWN])],
    ["-read_intervals", `%+#${FIRST},${fromSeconds}%`],
    (packet) => {
      const name = nameOf(packet);
      isEnd ||= packets.length === FIRST || seen.has(name);
      // A short file has no packet in its end that was not in its begin.
      if (isEnd) isMixed ||= packets.length < FIRST && !seen.has(name);
      if (isEnd) return onLast(packet);
      seen.add(name);
      packets.push(packet);
    },
  );
  if (!isRead || isMixed || packets.some(isUntimed)) return undefined;
  return { packets, isWhole: packets.length < FIRST };
}

/** Fields that no two packets of a file have alike. */
const OF_ITS_OWN = ["stream_index", "pts", "dts", "pos"];

function isUntimed(packet: Packet): boolean {
  return !packet.has("pts") && !packet.has("dts");
}

function nameOf(packet: Packet): string {
  return OF_ITS_OWN.map((field) => packet.get(field)).join();
}
