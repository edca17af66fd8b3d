/** Numbers that are put together: union-find, its sets known by their smallest number. */
export class DisjointSets {
  private readonly parents: number[] = []

  /** The smallest number of the set that a number is in. */
  find(number: number): number {
    let root = number
    while ((this.parents[root] ?? root) !== root) root = this.parents[root]!
    for (let at = number; at !== root; ) {
      const next = this.parents[at]!
      this.parents[at] = root
      at = next
    }
    return root
  }

  /** All sets of the numbers below this one, each in order. */
  groups(below: number): number[][] {
    return [...Map.groupBy(Array(below).keys(), number => this.find(number)).values()]
  }

  /** Put the sets of two numbers together. */
  join(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)]
    for (let i = this.parents.length; i <= Math.max(x, y); i++) this.parents.push(i)
    this.parents[Math.max(x, y)] = Math.min(x, y)
  }
}
