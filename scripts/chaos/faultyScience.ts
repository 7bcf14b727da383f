import { setTimeout as sleep } from 'node:timers/promises';
import type { Science } from '../../activities/edge.ts';
import type { Control } from './control.ts';

/** Science that fails, waits, or kills its process in the middle of a stage, where it is told to. */
export function faultyScience(science: Science, control: Control): Science {
  const enter = async (stage: string) => {
    strike(stage);
    const delay_ms = control.take(`delay-${stage}`) ? control.lasting(`delay-${stage}-ms`) : undefined;
    if (delay_ms !== undefined) await sleep(Number(delay_ms));
  };
  const strike = (stage: string) => {
    if (control.take(`die-in-${stage}`)) process.kill(process.pid, 'SIGKILL');
    if (control.take(`throw-in-${stage}`)) throw new Error(`${stage}: a fault that comes once`);
  };
  return {
    ...science,
    async prepareAnatomy(input) {
      await enter('prepare');
      return science.prepareAnatomy(input);
    },
    async calibrate(input) {
      await enter('begin-calibrate');
      return science.calibrate({
        ...input,
        onProgress(progress) {
          const answer = input.onProgress(progress);
          strike('calibrate'); // after its checkpoint was told, before the next one
          return answer;
        },
      });
    },
    measure(subject) {
      strike('measure');
      return science.measure(subject);
    },
  };
}
