/**
 * Times after which a node is taken last. On obtuse tetrahedra improvements go round in rings and shrink by a share each time; passed on at once,
 * rings within rings take turns to settle: 729 nodes of flat tetrahedra took a minute, so half a second. Nodes of hearts are taken 1.1 times.
 */
const PATIENCE = 8;

/**
 * Nodes waiting in buckets of equal width of time, any order within a bucket; a node stands in at most one. A node that
 * has been taken too often stands in a line behind all buckets. Times past
 * the last bucket wait in it, which costs order and so speed, never correctness (Dial, Commun ACM 1969).
 */
export class BucketQueue {
  /** Bucket of a node, −1 when it does not wait, [nodes] */
  private readonly bucketOf: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly heads: Int32Array;
  private readonly perMs: number;
  /** The bucket that is being emptied; falls when an earlier time comes in. */
  private current = 0;
  /** How often each node was taken from a bucket, [nodes] */
  private readonly taken: Uint8Array;
  /** Nodes that wait for all buckets to be empty, in a circle, [nodes] */
  private readonly last: Uint32Array;
  private readonly isLast: Uint8Array;
  private firstLast = 0;
  private lastCount = 0;

  constructor(nodes: number, buckets: number, width_ms: number) {
    this.bucketOf = new Int32Array(nodes).fill(-1);
    this.next = new Int32Array(nodes);
    this.previous = new Int32Array(nodes);
    this.heads = new Int32Array(buckets).fill(-1);
    this.taken = new Uint8Array(nodes);
    this.last = new Uint32Array(nodes);
    this.isLast = new Uint8Array(nodes);
    this.perMs = 1 / width_ms;
  }

  /** Lets a node wait at a time, or moves it to an earlier one. */
  put(node: number, time_ms: number): void {
    if (this.taken[node] >= PATIENCE) {
      this.putLast(node);
      return;
    }
    const place = time_ms * this.perMs;
    const last = this.heads.length - 1;
    const bucket = place <= 0 ? 0 : place >= last ? last : place | 0;
    if (this.bucketOf[node] === bucket) return;
    if (this.bucketOf[node] >= 0) this.remove(node);
    const head = this.heads[bucket];
    this.bucketOf[node] = bucket;
    this.previous[node] = -1;
    this.next[node] = head;
    if (head >= 0) this.previous[head] = node;
    this.heads[bucket] = node;
    if (bucket < this.current) this.current = bucket;
  }

  /** Takes a node of the earliest bucket, then of those put last; −1 when none waits (and the queue can be used again from time zero). */
  take(): number {
    const heads = this.heads;
    const count = heads.length;
    let bucket = this.current;
    while (bucket < count && heads[bucket] < 0) bucket++;
    if (bucket === count) {
      this.current = count;
      return this.takeLast();
    }
    this.current = bucket;
    const node = heads[bucket];
    this.taken[node]++;
    this.remove(node);
    return node;
  }

  private putLast(node: number): void {
    if (this.isLast[node] === 1 || this.bucketOf[node] >= 0) return;
    this.isLast[node] = 1;
    const place = this.firstLast + this.lastCount++;
    this.last[place < this.last.length ? place : place - this.last.length] = node;
  }

  private takeLast(): number {
    if (this.lastCount === 0) {
      this.current = 0;
      this.taken.fill(0);
      return -1;
    }
    const node = this.last[this.firstLast];
    this.lastCount--;
    if (++this.firstLast === this.last.length) this.firstLast = 0;
    this.isLast[node] = 0;
    return node;
  }

  private remove(node: number): void {
    const after = this.next[node];
    const before = this.previous[node];
    if (before >= 0) this.next[before] = after;
    else this.heads[this.bucketOf[node]] = after;
    if (after >= 0) this.previous[after] = before;
    this.bucketOf[node] = -1;
  }
}
