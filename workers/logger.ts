import type { Logger, LogLevel } from '@temporalio/worker';
import { type DestinationStream, pino } from 'pino';

const LEVELS: Readonly<Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};
/** What Temporal adds to a line and may stand in a log: names and numbers, never what was passed or thrown. */
const KEPT = ['workflowId', 'workflowType', 'activityType', 'attempt', 'taskQueue', 'sdkComponent'] as const;

/** Temporal's log lines as JSON. Of their attributes only the named ones are kept, so that no personal data come into a log. */
export function openLogger(destination: DestinationStream, pool: string): Logger {
  const lines = pino({ base: { pool, pid: process.pid } }, destination);
  const log = (level: LogLevel, message: string, attributes: Record<string, unknown> = {}) => {
    const kept = KEPT.filter((key) => attributes[key] !== undefined).map((key) => [key, attributes[key]]);
    lines[LEVELS[level]](Object.fromEntries(kept), message);
  };
  return {
    log,
    trace: (message, attributes) => log('TRACE', message, attributes),
    debug: (message, attributes) => log('DEBUG', message, attributes),
    info: (message, attributes) => log('INFO', message, attributes),
    warn: (message, attributes) => log('WARN', message, attributes),
    error: (message, attributes) => log('ERROR', message, attributes),
  };
}
