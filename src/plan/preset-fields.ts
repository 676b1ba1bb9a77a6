import { PackError } from "../errors.js";
import { bitrateDoubt, parseBitrate } from "../util/format.js";

/** All levels of ISO/IEC 14496-10 table A-1 that H.264 players know. */
const LEVELS = /^(?:1\.[0-3]|2\.[0-2]|3\.[0-2]|4\.[0-2]|5\.[0-2])$/;

const NO_OBJECT =
  "the file is not an object. Expected fields in braces, as mss-pack presets smooth-1080p prints them.";

/** Reads the fields of one JSON object and complains by their full name. */
export class PresetFields {
  readonly #values: Record<string, unknown>;
  readonly #preset: string;
  readonly #path: string;
  readonly #read = new Set<string>();

  constructor(json: unknown, preset: string, path: string) {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new PackError(
        "preset",
        `Preset ${preset}: ${path ? `${path} is not an object.` : NO_OBJECT}`,
      );
    }
    this.#values = json as Record<string, unknown>;
    this.#preset = preset;
    this.#path = path;
  }

  text(field: string, fallback?: string): string {
    const value = this.#get(field, fallback);
    if (typeof value === "string" && (value !== "" || fallback === ""))
      return value;
    throw this.wrong(field, "text");
  }

  optionalTexts(field: string): readonly string[] | undefined {
    const value = this.#get(field);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((one) => typeof one === "string"))
      return value;
    throw this.wrong(field, "a list of texts");
  }

  number(field: string, low: number, high: number, fallback: number): number {
    const value = this.#get(field, fallback);
    if (typeof value === "number" && value >= low && value <= high)
      return value;
    throw this.wrong(field, `a number from ${low} to ${high}`);
  }

  /** The name of a field that has an old name too, as this preset writes it. */
  oneNameOf(field: string, old: string): string {
    this.#read.add(field);
    if (this.#values[old] === undefined) return field;
    if (this.#values[field] === undefined) return old;
    throw this.wrong(old, `${field} alone, of which ${old} is the old name`);
  }

  /** The field by its name; nothing when it is missing. */
  optionalNumber<F extends string>(
    field: F,
    low: number,
    high: number,
  ): { readonly [K in F]?: number } {
    if (this.#get(field) === undefined) return {};
    const value = this.number(field, low, high, low);
    return { [field]: value } as { readonly [K in F]: number };
  }

  /** A number, or text with a unit; nothing when it is missing. */
  optionalRate<F extends string>(
    field: F,
  ): { readonly [K in F]?: number | string } {
    const value = this.#get(field);
    if (value === undefined) return {};
    if (typeof value !== "number" && typeof value !== "string")
      throw this.wrong(field, "a number or text");
    return { [field]: value } as { readonly [K in F]: number | string };
  }

  evenSize(field: string): number {
    const value = this.#get(field);
    if (
      typeof value === "number" &&
      value >= 32 &&
      value <= 4096 &&
      value % 2 === 0
    )
      return value;
    throw this.wrong(field, "an even number of pixels from 32 to 4096");
  }

  bitrate(field: string, fallback?: number): number {
    const value = this.#get(field, fallback);
    const bitrate =
      typeof value === "number" || typeof value === "string"
        ? parseBitrate(value)
        : undefined;
    if (bitrate !== undefined) return bitrate;
    throw this.wrong(field, 'bits per second, such as 3500000 or "3500k"');
  }

  /** A picture's bitrate; a value that is probably a mistake is refused. */
  videoBitrate(field: string, fallback?: number): number {
    const bitrate = this.bitrate(field, fallback);
    const value = this.#get(field, fallback) as number | string;
    const doubt = bitrateDoubt(value);
    if (doubt === undefined) return bitrate;
    throw this.wrong(field, doubt);
  }

  /** A field of more than one type; undefined when it is missing. */
  any(field: string): unknown {
    return this.#get(field);
  }

  flag(field: string): boolean {
    const value = this.#get(field, false);
    if (typeof value === "boolean") return value;
    throw this.wrong(field, "true or false");
  }

  optionalLevel(field: string): string | undefined {
    const value = this.#get(field);
    if (value === undefined) return undefined;
    if (typeof value === "string" && LEVELS.test(value)) return value;
    throw this.wrong(field, 'an H.264 level, such as "4.0"');
  }

  oneOf<T extends string | number>(
    field: string,
    choices: readonly T[],
    fallback: T,
  ): T {
    const value = this.#get(field, fallback);
    const match = choices.find((choice) => choice === value);
    if (match !== undefined) return match;
    throw this.wrong(field, `one of ${choices.join(", ")}`);
  }

  optionalOneOf<F extends string, T extends string>(
    field: F,
    choices: readonly T[],
  ): { readonly [K in F]?: T } {
    const value = this.#get(field);
    if (value === undefined) return {};
    const match = choices.find((choice) => choice === value);
    if (match === undefined)
      throw this.wrong(field, `one of ${choices.join(", ")}`);
    return { [field]: match } as { readonly [K in F]: T };
  }

  child(field: string): PresetFields {
    return new PresetFields(this.#get(field), this.#preset, this.#name(field));
  }

  optionalChild(field: string): PresetFields | undefined {
    this.#read.add(field);
    return this.#values[field] === undefined ? undefined : this.child(field);
  }

  list(field: string): PresetFields[] {
    const value = this.#get(field);
    if (!Array.isArray(value) || value.length === 0)
      throw this.wrong(field, "a list of at least one");
    return value.map(
      (item, i) =>
        new PresetFields(item, this.#preset, `${this.#name(field)}[${i}]`),
    );
  }

  /** A misspelt field must not be ignored. */
  refuseUnknown(): void {
    const unknown = Object.keys(this.#values).find(
      (field) => !this.#read.has(field),
    );
    if (unknown === undefined) return;
    const knownFields = [...this.#read].join(", ");
    throw new PackError(
      "preset",
      `Preset ${this.#preset}: ${this.#name(unknown)} is not a known field. Known: ${knownFields}.`,
    );
  }

  wrong(field: string, expected: string): PackError {
    const value = this.#values[field];
    const actual = value === undefined ? "missing" : JSON.stringify(value);
    const message = `Preset ${this.#preset}: ${this.#name(field)} is ${actual}. Expected ${expected}.`;
    return new PackError("preset", message, {
      facts: {
        preset: this.#preset,
        field: this.#name(field),
        found: actual,
        expected,
      },
    });
  }

  #get(field: string, fallback?: unknown): unknown {
    this.#read.add(field);
    const value = this.#values[field];
    return value === undefined ? fallback : value;
  }

  #name(field: string): string {
    return this.#path === "" ? field : `${this.#path}.${field}`;
  }
}
