/** Results of readings by their index, in order, while some of those that follow are under way already. */
export async function* inOrder<T>(
  count: number,
  atOnce: number,
  read: (index: number) => Promise<T>,
): AsyncGenerator<T> {
  const ahead: Promise<T>[] = [];
  let next = 0;
  const begin = () => {
    const reading = read(next++);
    reading.catch(() => undefined); // heard when its turn comes, or not at all where an earlier one failed
    ahead.push(reading);
  };
  for (let index = 0; index < count; index++) {
    while (next < count && ahead.length < atOnce) begin();
    const [first] = ahead.splice(0, 1);
    if (first !== undefined) yield await first;
  }
}
