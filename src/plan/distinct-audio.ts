import type { AudioPlan } from "./encode-plan.js";

/** Gives the streams and files of several sounds distinct names: by language, and by a number where needed. */
export function distinctAudio(sounds: readonly AudioPlan[]): AudioPlan[] {
  if (sounds.length < 2) return [...sounds];
  const [names, files] = [new Set<string>(), new Set<string>()];
  return sounds.map((sound) => ({
    ...sound,
    ...distinctRungs(
      sound,
      freeName(`audio_${sound.language}`, "", names),
      files,
    ),
  }));
}

function distinctRungs(
  { rungs }: AudioPlan,
  name: string,
  files: Set<string>,
): Pick<AudioPlan, "name" | "rungs"> {
  return {
    name,
    rungs: rungs.map((rung) => ({
      ...rung,
      name: name.replaceAll("_", " "),
      file: freeName(rung.file.slice(0, -EXTENSION.length), EXTENSION, files),
    })),
  };
}

/** Notes on sounds that a manifest cannot tell apart, and what clients do with them. */
export function alikeNotes(sounds: readonly AudioPlan[]): string[] {
  const languages = sounds.map(({ language }) => language);
  const twice = languages.filter((each, i) => languages.indexOf(each) !== i);
  return [...new Set(twice)].map((language) => {
    const names = sounds
      .filter((sound) => sound.language === language)
      .map(({ name }) => name);
    return `${names.join(", ")} are of one language: rx-player shows them alike, Kodi may show one of them`;
  });
}

const EXTENSION = ".isma";

/** The name, with a number where it is taken. Marks it as taken. */
function freeName(stem: string, extension: string, taken: Set<string>): string {
  let name = stem + extension;
  for (let number = 2; taken.has(name); number++)
    name = `${stem}_${number}${extension}`;
  taken.add(name);
  return name;
}
