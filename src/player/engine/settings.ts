import { contentId } from "./cmcd-in-place.js";
import { FRAMES_TO_JUDGE, LOST_SHARE } from "./frame-history.js";
import type { MediaPlayerClass, MediaPlayerSettingClass } from "dashjs";

/** dash.js declares that some settings are always given together; they are not. */
type DeepPartial<T> = T extends
  readonly unknown[] | string | number | boolean | null
  ? T
  : { readonly [K in keyof T]?: DeepPartial<T[K]> };

type StreamingSettings = DeepPartial<MediaPlayerSettingClass["streaming"]>;

/** Changes only these settings. */
export function applyStreaming(
  player: MediaPlayerClass,
  streaming: StreamingSettings,
): void {
  const settings: unknown = { streaming };
  player.updateSettings(settings as MediaPlayerSettingClass);
}

/**
 * Settings for dash.js's adaptation. Bandwidth: the highest rung within 90 % of the harmonic mean
 * of the last three downloads. The mean follows one slow download at once, and a fast one only when
 * others follow. Device: dropped frames. BOLA, which uses only the buffer, is off: the graph could
 * not show the reason for its switches.
 */
export function dashSettings(
  playbackId: string,
  packagePath: string,
): StreamingSettings {
  return {
    // The page asks only its origin for the time, and no other host.
    utcSynchronization: {
      enabled: false,
      enableBackgroundSyncAfterSegmentDownloadError: false,
    },
    // Each playback begins alike, whatever was played before.
    lastBitrateCachingInfo: { enabled: false },
    lastMediaSettingsCachingInfo: { enabled: false },
    // caption-track.ts reads captions: dash.js 5 makes no track of Smooth text.
    text: { defaultEnabled: false },
    buffer: {
      bufferTimeDefault: 12,
      bufferTimeAtTopQuality: 20,
      bufferTimeAtTopQualityLongForm: 20,
      fastSwitchEnabled: true,
    },
    // Once a second for two minutes: longer than a full buffer lasts at a quarter of the speed.
    retryAttempts: { MediaSegment: 120 },
    retryIntervals: { MediaSegment: 1000 },
    // On a slow line a fragment takes long; that is not a failure.
    fragmentRequestTimeout: 120_000,
    abr: {
      rules: {
        bolaRule: { active: false },
        droppedFramesRule: {
          active: true,
          parameters: {
            minimumSampleSize: FRAMES_TO_JUDGE,
            droppedFramesPercentageThreshold: LOST_SHARE,
          },
        },
      },
      throughput: {
        averageCalculationMode: "throughputCalculationModeHarmonicMean",
        sampleSettings: { vod: 3, enableSampleSizeAdjustment: false },
      },
    },
    // In headers, so that a cache in front keeps one copy of each fragment.
    cmcd: {
      enabled: true,
      // dash.js declares "header", and reads "headers".
      mode: "headers" as "header",
      sid: playbackId,
      cid: contentId(packagePath),
      applyParametersFromMpd: false,
    },
  };
}
