import type { Preset } from "../plan/preset.js";
import { listPresets, loadPreset } from "../plan/read-preset.js";

/** `mss-pack presets [name]` */
export async function presetsCommand(
  name: string | undefined,
  flags: { readonly json?: boolean },
): Promise<void> {
  if (name !== undefined)
    return print(
      JSON.stringify(await loadPreset(name), undefined, flags.json ? 0 : 2),
    );
  const presets = await listPresets();
  print(
    flags.json
      ? JSON.stringify({ type: "presets", presets })
      : presets.map(presetText).join("\n\n"),
  );
}

function presetText({ name, description, rungs, audio }: Preset): string {
  const rows = rungs.map((rung) => {
    const size = `${rung.width}x${rung.height}`.padEnd(10);
    return `  ${rung.name.padEnd(9)} ${size} ${rung.bitrate / 1000} kbit/s, at most ${rung.maxBitrate / 1000}`;
  });
  return [
    `${name}: ${description}`,
    ...rows,
    `  sound     ${audio.bitrate / 1000} kbit/s`,
  ].join("\n");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
