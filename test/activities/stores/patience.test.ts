import test from 'ava';
import { isTrouble, patiently } from '../../../activities/stores/patience.ts';
import { TwinError } from '../../../twin/errors.ts';

const never = new AbortController().signal;
const enospc = () => new Error('ENOSPC: no space left on device, write');

test('what fails because the disk is full is done when there is room again', async (t) => {
  let trials = 0;
  const work = async () => {
    if (++trials < 8) throw enospc();
    return 'written';
  };
  t.is(await patiently(work, never, 1), 'written');
  t.is(trials, 8);
});

test('whoever is told to stop stops waiting for a disk', async (t) => {
  const stop = new AbortController();
  const waiting = patiently(() => Promise.reject(enospc()), stop.signal, 60_000);
  setTimeout(() => stop.abort(), 5);
  await t.throwsAsync(waiting, { message: /ENOSPC/ });
});

test('a subject’s own error is told at once, whatever its files are called', async (t) => {
  let trials = 0;
  const refuse = () => {
    trials++;
    return Promise.reject(new TwinError('BadInput', 'EIO.heart: is empty'));
  };
  await t.throwsAsync(patiently(refuse, never, 1), { message: /EIO\.heart/ });
  t.is(trials, 1);
  t.false(isTrouble(new TypeError('x is not a function')));
  t.true(isTrouble(new Error('IO Error: could not write: No space left on device')));
  t.true(isTrouble(Object.assign(new Error('Please reduce your request rate'), { name: 'SlowDown' })));
});
