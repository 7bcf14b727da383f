// Loaded into every worker process of a run before anything else: turns its clock, and stops its event loop, where it is told to.
import { isMainThread } from 'node:worker_threads';
import { CONTROL, openControl } from './control.ts';

const LOOK_INTERVAL_ms = 200;
const control = openControl(process.env[CONTROL]);
const isWorker = process.argv.some((word) => word === '--pool');

/**
 * Shifts what JavaScript knows of the date. The native core of the Temporal SDK, file times and the server keep the system's clock: their
 * deadlines are not tested by this. Timers and `performance.now` count what went by, and are not shifted by a clock either.
 */
let shift_ms = 0;
if (isWorker) {
  const Real = globalThis.Date;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [Real.now() + shift_ms] : args, newTarget),
    apply: () => new globalThis.Date().toString(),
    get: (target, name, receiver) =>
      name === 'now' ? () => Real.now() + shift_ms : Reflect.get(target, name, receiver),
  });
  const look = () => {
    const value = control.lasting('clock');
    // By process, so that the clocks of two workers differ among each other as well.
    shift_ms = value === undefined ? 0 : Number(value) * (process.pid % 2 === 0 ? 1 : -1);
    if (isMainThread && process.argv.includes('cpu') && control.take('block-main')) {
      const block_ms = Number(control.lasting('block-main-ms') ?? 0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, block_ms); // no beat leaves the process; its threads go on
    }
  };
  setInterval(look, LOOK_INTERVAL_ms).unref();
  look();
}
