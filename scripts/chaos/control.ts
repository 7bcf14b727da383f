import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Faults that a run's own processes do to themselves, as files in a folder: `write-eio.7` is taken by whichever process first has something to
 * write, and by no other, since a file can be removed only once. A file named after a fault alone (`slow-store`) stays until it is taken away.
 */
export interface Control {
  /** Takes an order of this fault, where one is waiting. */
  take(fault: string): boolean;
  /** What a fault that lasts is set to; undefined where it is not on. */
  lasting(fault: string): string | undefined;
  /** Notes that something happened, for whoever waits for it. */
  note(event: string): void;
}

/** Environment variable that names the folder. */
export const CONTROL = 'TWINFOLD_CHAOS';
const EVENTS = 'events.log';

/** @param folder  undefined where nobody injects anything */
export function openControl(folder: string | undefined): Control {
  if (folder === undefined) return { take: () => false, lasting: () => undefined, note: () => undefined };
  return {
    take(fault) {
      for (const name of readdirSync(folder)) {
        if (!name.startsWith(`${fault}.`)) continue;
        try {
          unlinkSync(join(folder, name));
        } catch {
          continue; // another process was first
        }
        appendFileSync(join(folder, EVENTS), `${fault}\n`);
        return true;
      }
      return false;
    },
    lasting(fault) {
      try {
        return readFileSync(join(folder, fault), 'utf8');
      } catch {
        return undefined; // it is not on
      }
    },
    note: (event) => appendFileSync(join(folder, EVENTS), `${event}\n`),
  };
}

/** The injecting side of a control folder. */
export interface Orders {
  readonly folder: string;
  give(fault: string, times?: number): void;
  begin(fault: string, value?: string): void;
  end(fault: string): void;
  /** Takes back what was not taken. Gives how many that were. */
  withdraw(fault: string): number;
  /** How often something was taken or noted */
  count(event: string): number;
}

export function openOrders(folder: string): Orders {
  mkdirSync(folder, { recursive: true });
  let next = 0;
  const waiting = (fault: string) => readdirSync(folder).filter((name) => name.startsWith(`${fault}.`));
  const remove = (name: string) => rmSync(join(folder, name), { force: true });
  return {
    folder,
    give(fault, times = 1) {
      for (let index = 0; index < times; index++) writeFileSync(join(folder, `${fault}.${next++}`), '');
    },
    begin: (fault, value = '') => writeFileSync(join(folder, fault), value),
    end: remove,
    withdraw(fault) {
      const left = waiting(fault);
      left.forEach(remove);
      return left.length;
    },
    count(event) {
      try {
        return readFileSync(join(folder, EVENTS), 'utf8')
          .split('\n')
          .filter((line) => line === event).length;
      } catch {
        return 0; // nothing has happened yet
      }
    },
  };
}
