/** Joins elements that are one object and stand in a row. Rows of the same number are one object, too. */
export class Rows<Node extends { readonly times: number }> {
  /** By the element, then by the number; for more than one. */
  readonly #rows = new Map<Node, Map<number, Node>>();
  /** The element of a row. */
  readonly #one = new Map<Node, Node>();

  add(siblings: Node[], node: Node, times: number): void {
    const last = siblings.at(-1);
    const isGoingOn = last !== undefined && this.#oneOf(last) === node;
    const count = isGoingOn ? last.times + times : times;
    const row = count === 1 ? node : this.#rowOf(node, count);
    siblings[siblings.length - (isGoingOn ? 1 : 0)] = row;
  }

  #oneOf(row: Node): Node {
    return this.#one.get(row) ?? row;
  }

  #rowOf(node: Node, times: number): Node {
    const rows = this.#rows.get(node) ?? new Map<number, Node>();
    const row = rows.get(times) ?? { ...node, times };
    this.#rows.set(node, rows.set(times, row));
    this.#one.set(row, node);
    return row;
  }
}
