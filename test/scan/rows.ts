import { scan } from "../../src/scan/scan.js";
import type { ScanOptions, ScanRemark, ScanRow } from "../../src/scan/row.js";

export interface Scanned {
  readonly rows: readonly ScanRow[];
  readonly remarks: readonly ScanRemark[];
}

/** A whole scan. */
export async function scanned(
  folder: string,
  options: ScanOptions = {},
): Promise<Scanned> {
  const rows: ScanRow[] = [];
  const remarks: ScanRemark[] = [];
  const onRemark = (remark: ScanRemark) => void remarks.push(remark);
  for await (const row of scan(folder, { onRemark, ...options }))
    rows.push(row);
  return { rows, remarks };
}

/** A row of a package that is as it should be, for tests of what is made of rows. */
export const ROW: ScanRow = {
  ...{ package: "films/heron.ism", kind: "ism", problem: null },
  ...{ maker: "Expression Encoder", makerMark: "Created with it" },
  ...{ duration: 600_000_000, bytes: 1_500_000, files: 4 },
  video: [
    { codec: "h264", bitrate: 5_000_000, width: 1920, height: 1080 },
    { codec: "h264", bitrate: 800_000, width: 640, height: 360 },
  ],
  audio: [{ codec: "aac", bitrate: 96_000, language: "eng" }],
  captions: [{ codec: "ttml", language: "deu" }],
  ...{ protection: null, faults: [], notes: [], isDeep: false },
  ...{ mends: [], obstacles: [], clients: [] },
};
