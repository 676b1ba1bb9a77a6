import { shown } from "../format.js";

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Html[];

/** HTML in which every value is escaped that is not HTML itself. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly Value[]
): Html {
  const text = parts.map((part, i) => {
    const value = values[i];
    return value === undefined ? part : part + textOf(value);
  });
  return new Html(text.join(""));
}

function textOf(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "string" || typeof value === "number")
    return escaped(shown(String(value)));
  return value.map(({ text }) => text).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
