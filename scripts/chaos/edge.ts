import { setTimeout as sleep } from 'node:timers/promises';
import type { Edge } from '../../activities/edge.ts';
import { openEdge as openRealEdge } from '../../workers/edge.ts';
import type { EdgeSettings } from '../../workers/settings.ts';
import { CONTROL, type Control, openControl } from './control.ts';
import { faultyScience } from './faultyScience.ts';
import { faultyStore } from './faultyStore.ts';
import { plantedScience } from './plantedScience.ts';

/** Environment variable that asks for the real science in place of the planted one. */
export const REAL = 'TWINFOLD_CHAOS_REAL';

/** The real store and publication, with faults; the science is planted, so that a hundred subjects take seconds. */
export async function openEdge(settings: EdgeSettings): Promise<Edge> {
  return chaosEdge(settings, openControl(process.env[CONTROL]), process.env[REAL] !== undefined);
}

export async function chaosEdge(settings: EdgeSettings, control: Control, isReal: boolean): Promise<Edge> {
  const edge = await openRealEdge(settings);
  return {
    ...edge,
    store: faultyStore(edge.store, settings.store, control),
    science: faultyScience(isReal ? edge.science : plantedScience(edge.science), control),
    async publish(tables) {
      control.note('publish');
      if (control.take('die-in-publish')) process.kill(process.pid, 'SIGKILL');
      if (control.take('throw-in-publish')) throw new Error('publish: a fault that comes once');
      let written = 0;
      return edge.publish({
        ...tables,
        async take(file) {
          const pause_ms = control.lasting('publish-pause');
          if (pause_ms !== undefined) await sleep(Number(pause_ms));
          await tables.take(file);
          // In the middle of the files: some are new, the manifest is not.
          if (++written === 2 && control.take('die-between-tables')) process.kill(process.pid, 'SIGKILL');
        },
      });
    },
  };
}
