/** What costs least comes out first; of equal cost, what went in first. */
export class PriorityQueue<Item> {
  readonly #heap: { readonly item: Item; readonly cost: number; readonly order: number }[] = [];
  #pushed = 0;

  push(item: Item, cost: number): void {
    const heap = this.#heap;
    heap.push({ item, cost, order: this.#pushed++ });
    for (let index = heap.length - 1; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): Item | undefined {
    const heap = this.#heap;
    if (heap.length === 0) return undefined;
    this.#swap(0, heap.length - 1);
    const least = heap.pop();
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const child = left + 1 < heap.length && this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(child, index)) break;
      this.#swap(index, child);
      index = child;
    }
    return least?.item;
  }

  #before(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    return a !== undefined && b !== undefined && (a.cost - b.cost || a.order - b.order) < 0;
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
