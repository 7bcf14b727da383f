// Sees to it that this machine has a Temporal server before tests start it: fetching one takes seconds, building one minutes, and either
// is longer than a test may wait: `node scripts/fetchServer.ts`.
import { explain, warn } from '../cli/console.ts';
import { serverSentence } from '../cli/serverSentence.ts';
import { findCli } from '../infra/temporal/findCli.ts';

try {
  await findCli({
    onEvent(event) {
      const sentence = event.type === 'found' && event.origin === 'cache' ? undefined : serverSentence(event);
      if (sentence !== undefined) warn(sentence);
    },
  });
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
