/** The public API of mss-pack. Nothing else is public. */
export { pack, plan } from "./pipeline/pack.js";
export { mux } from "./pipeline/mux.js";
export type { MuxOptions, MuxResult } from "./pipeline/mux.js";
export type { MuxPlan } from "./pipeline/mux-plan.js";
export type { MuxInput, TrackChoice } from "./tracks/read-track.js";
export { packAll } from "./batch/batch.js";
export type { BatchOptions, BatchReport } from "./batch/batch.js";
export { planAll } from "./batch/plan-all.js";
export type {
  PlanAllOptions,
  PlannedItem,
  PlanReport,
} from "./batch/plan-all.js";
export type {
  BatchEvents,
  BatchInput,
  BatchItem,
  EndedItem,
  ItemReport,
} from "./batch/item.js";
export type {
  Delivered,
  DeliverOptions,
  PackOptions,
  PackProgress,
  PackResult,
  PlanOptions,
} from "./pipeline/options.js";
export { watchFolder } from "./batch/watch/watch.js";
export type { WatchOptions } from "./batch/watch/folders.js";
export { serve } from "./serve/serve.js";
export type { LogFormat, ServeHandle, ServeOptions } from "./serve/options.js";
export { convert } from "./pipeline/convert.js";
export type { ConvertOptions, ConvertResult } from "./pipeline/convert.js";
export { addStreams } from "./pipeline/add-streams.js";
export type { AddOptions } from "./pipeline/add-streams.js";
export { removeStreams } from "./pipeline/remove-streams.js";
export type { ChangeOptions } from "./pipeline/change-package.js";
export { protectPackage } from "./pipeline/protect.js";
export type { ProtectOptions } from "./pipeline/protect.js";
export { unprotectPackage } from "./pipeline/unprotect.js";
export type { UnprotectOptions } from "./pipeline/unprotect.js";
export { loadProtection } from "./drm/keys/protection.js";
export type {
  LoadedProtection,
  ProtectionOptions,
} from "./drm/keys/protection.js";
export type { KeyOptions, KeySurroundings } from "./drm/keys/options.js";
export type { ProtectedPackage } from "./pipeline/protected-package.js";
export { planRepair, repair } from "./pipeline/repair.js";
export type {
  RepairedPackage,
  RepairOptions,
  RepairPlan,
  RepairResult,
} from "./pipeline/repair.js";
export { repairAll } from "./batch/repair-all.js";
export type {
  EndedRepair,
  RepairAllOptions,
  RepairEvents,
} from "./batch/repair-all.js";
export type { TrackProof } from "./pipeline/frame-proof.js";
export type { FoundMend, MendPlace } from "./repair/mend.js";
export type { Obstacle } from "./repair/find-obstacles.js";
export { verify } from "./verify/verify.js";
export type { VerifyOptions, VerifyReport } from "./verify/verify.js";
export type { Client } from "./clients/clients.js";
export type { ClientFailure } from "./clients/clients-that-fail.js";
export { describeFinding, faultsIn } from "./verify/finding.js";
export type { Finding, FindingLevel } from "./verify/finding.js";
export { findTools } from "./ffmpeg/find.js";
export type { Tool, ToolOptions, ToolPaths, Tools } from "./ffmpeg/find.js";
export { listPresets } from "./plan/read-preset.js";
export type { Preset, PresetAudio, PresetRung } from "./plan/preset.js";
export type { CopiedTrack, CopyChoice } from "./plan/copyable.js";
export type {
  Loudness,
  LoudnessTarget,
  MeasuredLoudness,
  RungLoudness,
} from "./plan/loudness.js";
export type {
  AacSettings,
  AudioPlan,
  AudioRung,
  EncodePlan,
  EncoderSettings,
  H264Settings,
  PlanStream,
  TextPlan,
  TextRung,
  VideoPlan,
  VideoRung,
} from "./plan/encode-plan.js";
export type {
  LostTime,
  SourceAudio,
  SourceInfo,
  SourceStream,
  SourceText,
  SourceVideo,
} from "./probe/source-info.js";

export { contentKey } from "./drm/content-key.js";
export type { ContentKey } from "./drm/content-key.js";
export type { ProtectionRequest } from "./drm/index.js";
export { readAudience } from "./audience/read-audience.js";
export type { AudienceOptions } from "./audience/read-audience.js";
export type { LogFile, LogRead } from "./audience/log-reader.js";
export type {
  AudienceFigures,
  AudienceReport,
  MinuteAudience,
  PackageAudience,
  Replies,
  RungShare,
} from "./audience/audience-report.js";
export { audienceCsv } from "./audience/audience-report.js";
export { audiencePage } from "./audience/page/page.js";
export { scan } from "./scan/scan.js";
export type {
  PackageKind,
  Maker,
  ScannedAudio,
  ScannedFinding,
  ScannedProtection,
  ScannedText,
  ScannedVideo,
  ScanOptions,
  ScanRemark,
  ScanRow,
} from "./scan/row.js";
export { ScanCounter } from "./scan/total.js";
export type { Counts, ScanTotal } from "./scan/total.js";
export { csvFile, pageFile } from "./scan/report-file.js";
export type { ReportFile } from "./scan/report-file.js";
export type { PageFacts } from "./scan/page/page.js";
export { EXIT_CODES, PackError } from "./errors.js";
export type { Failure, PackErrorCode } from "./errors.js";
