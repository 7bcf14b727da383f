/** Plain lines, where nobody watches, are this far apart. */
const PLAIN_INTERVAL_ms = 10_000;

/** One moving line for a person; for a log, a line when something changed, but not more often than every few seconds. */
export interface StatusLine {
  show(text: string): void;
  /** Leaves the line as it stands. */
  end(): void;
}

/** @param isMoving  whether a person watches */
export function openStatusLine(tell: (line: string) => void, isMoving: boolean): StatusLine {
  let shown = '';
  let shownAt_ms = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      const now_ms = performance.now();
      if (text === shown) return;
      if (isMoving) {
        process.stdout.write(`\r\x1b[2K${text.slice(0, (process.stdout.columns ?? 120) - 1)}`);
      } else {
        if (now_ms - shownAt_ms < PLAIN_INTERVAL_ms) return;
        tell(text);
      }
      shown = text;
      shownAt_ms = now_ms;
    },
    end() {
      if (isMoving && shown !== '') process.stdout.write('\n');
      shown = '';
    },
  };
}
