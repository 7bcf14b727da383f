import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
type HistoryMessage = proto.temporal.api.history.v1.IHistory;

/** A history as JSON that people can read and `historyOf` reads back. Of the machine that recorded it nothing is kept. */
export function historyText(history: HistoryMessage): string {
  const plain = History.toObject(History.fromObject(history), { enums: String, longs: String, bytes: String });
  const clean: unknown = JSON.parse(JSON.stringify(plain), (key, value: unknown) => {
    if (key === 'identity') return 'worker';
    if (key === 'stackTrace') return '';
    return key === 'name' && typeof value === 'string' && /^\d+@/.test(value) ? 'worker' : value; // its own task queue
  });
  return `${JSON.stringify(clean, null, 1)}\n`;
}

/** A history that `historyText` wrote. */
export const historyOf = (text: string): HistoryMessage => History.fromObject(JSON.parse(text));
