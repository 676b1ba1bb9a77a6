import type { ListPackets, Packet } from "./packets.js";
import type { SourceInfo } from "./source-info.js";

/** Ten seconds at 30 frames a second. */
const LOOKED_AT = 300;

/** The first packets of the picture, with `pts`, `dts` and `flags`; none when they cannot be read. */
export async function firstPackets(
  { video }: SourceInfo,
  list: ListPackets,
): Promise<readonly Packet[]> {
  if (video === undefined) return [];
  const packets: Packet[] = [];
  const isRead = await list(
    ["pts", "dts", "flags"],
    [
      ...["-select_streams", String(video.index)],
      ...["-read_intervals", `%+#${LOOKED_AT}`],
    ],
    (packet) => packets.push(packet),
  );
  return isRead ? packets : [];
}

/** Does it begin a group of pictures? */
export function isKey(packet: Packet): boolean {
  return packet.get("flags")?.includes("K") ?? false;
}
