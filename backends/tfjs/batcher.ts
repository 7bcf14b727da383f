/** Answers calls that come in one turn of the event loop together. */
export interface Batcher<Call, Answer> {
  add(call: Call): Promise<Answer>;
}

interface Waiting<Call, Answer> {
  readonly call: Call;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects calls until the running turn is over, then gives them to `answer`, one batch after the other. A call is refused by an
 * error in its answer's place. An error that `answer` throws is met by asking its calls one by one, so that each call fails for its own reasons only.
 */
export function openBatcher<Call, Answer>(
  answer: (calls: readonly Call[]) => Promise<readonly (Answer | Error)[]>,
): Batcher<Call, Answer> {
  let waiting: Waiting<Call, Answer>[] = [];
  let running: Promise<void> = Promise.resolve();
  const settle = async (batch: readonly Waiting<Call, Answer>[]): Promise<void> => {
    try {
      const answers = await answer(batch.map(({ call }) => call));
      for (const [at, { resolve, reject }] of batch.entries()) {
        const given = answers[at];
        if (given instanceof Error) reject(given);
        else resolve(given);
      }
    } catch (error) {
      if (batch.length === 1) batch[0].reject(error);
      else for (const each of batch) await settle([each]);
    }
  };
  const flush = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    await settle(batch);
  };
  return {
    add: (call) =>
      new Promise((resolve, reject) => {
        waiting.push({ call, resolve, reject });
        // The first of a turn starts the batch; it runs after the turn's other calls have come, and after the batch before it.
        if (waiting.length === 1) running = Promise.all([running, nextTurn()]).then(flush);
      }),
  };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
