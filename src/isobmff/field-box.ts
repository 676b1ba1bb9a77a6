import type { BoxNode } from "./box-tree.js";
import type { ParsedBox } from "./parsed-box.js";

/** An object with the fields of a box, under the names of mp4box, among properties of its own. */
export interface Fields {
  /** Where the fields begin, behind version and flags. */
  readonly hdr_size?: number;
}

/** A box as the rest of the code sees it. */
export class FieldBox implements ParsedBox {
  readonly bytes: Uint8Array;
  readonly children: readonly ParsedBox[];
  readonly damage: string | undefined;
  readonly #node: BoxNode;
  readonly #fields: Fields;

  constructor(
    node: BoxNode,
    bytes: Uint8Array,
    children: readonly ParsedBox[],
    fields: Fields = {},
    damage = node.damage,
  ) {
    this.#node = node;
    this.bytes = bytes;
    this.children = children;
    this.#fields = fields;
    this.damage = damage;
  }

  get type(): string {
    return this.#node.type;
  }

  get uuid(): string | undefined {
    return this.#node.uuid;
  }

  get start(): number {
    return this.#node.start;
  }

  get size(): number {
    return this.#node.size;
  }

  get headerSize(): number {
    return this.#fields.hdr_size ?? this.#node.headerSize;
  }

  field(name: string): unknown {
    return (this.#fields as Record<string, unknown>)[name];
  }

  fieldNames(): string[] {
    return Object.entries(this.#fields)
      .filter(([name, value]) => value !== undefined && !BOOKKEEPING.has(name))
      .map(([name]) => name);
  }
}

/** Properties of mp4box's own, not of the file. */
// prettier-ignore
const BOOKKEEPING = new Set([
  "size", "start", "hdr_size", "original_size", "box_name", "boxes", "data", "subBoxNames",
  "has_unparsed_data", "type", "uuid", "sinfs",
]);
