/** The few values that were asked for last, by key. One that failed to come is asked for anew. */
export class LastUsed<T> {
  private readonly most: number;
  private readonly values = new Map<string, Promise<T>>();

  constructor(most: number) {
    this.most = most;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const value = this.values.get(key) ?? make();
    this.values.delete(key);
    this.values.set(key, value); // a Map keeps the order of insertion: what was used last stands last
    for (const oldest of this.values.keys()) {
      if (this.values.size <= this.most) break;
      this.values.delete(oldest);
    }
    value.catch(() => {
      if (this.values.get(key) === value) this.values.delete(key);
    });
    return value;
  }
}
