import type { Fault } from './fault.ts';
import { jobFaults } from './jobFaults.ts';
import { networkFaults } from './networkFaults.ts';
import { processFaults } from './processFaults.ts';
import { storeFaults } from './storeFaults.ts';

/** Every kind of fault, in the order of the table. */
export const faults: readonly Fault[] = [...processFaults, ...networkFaults, ...storeFaults, ...jobFaults];
