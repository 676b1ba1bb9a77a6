import type { DumpedBox } from "./dump.js";

/** A box and its children as indented lines: type, size, then a field each. */
export function dumpText(box: DumpedBox, depth = 0): string {
  const indent = "  ".repeat(depth);
  const name = box.uuid === undefined ? box.box : `${box.box} ${box.uuid}`;
  const fields = Object.entries(box.fields).map(
    ([field, value]) => `${indent}  ${field}: ${valueText(value)}`,
  );
  const children = box.boxes.map((child) => dumpText(child, depth + 1));
  return [
    `${indent}[${name}] at ${box.start}, ${box.size} bytes`,
    ...fields,
    ...children,
  ].join("\n");
}

const SHOWN_VALUES = 12;

function valueText(value: unknown): string {
  if (!Array.isArray(value))
    return typeof value === "string" ? value : JSON.stringify(value);
  const shown = value.slice(0, SHOWN_VALUES).map(valueText).join(" ");
  return value.length > SHOWN_VALUES
    ? `${shown} ... (${value.length} values)`
    : shown;
}
