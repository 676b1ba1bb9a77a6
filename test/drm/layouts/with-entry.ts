import { box, readBoxes, withChildren } from "./boxes.js";

/** The trak with another sample entry. */
export function withEntry(trak: Buffer, entry: Buffer): Buffer {
  const change = (bytes: Buffer, [name, ...inner]: string[]): Buffer => {
    const [outer] = readBoxes(bytes);
    if (outer === undefined) throw new Error("no box");
    return withChildren(outer, (children) =>
      children.map((child) =>
        child.type !== name
          ? child.bytes
          : inner.length > 0
            ? change(child.bytes, inner)
            : box(name, child.body.subarray(0, 8), entry),
      ),
    );
  };
  return change(trak, ["mdia", "minf", "stbl", "stsd"]);
}
