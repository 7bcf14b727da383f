import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Moment } from './fault.ts';
import type { Network } from './network.ts';
import { between, type Scene } from './scene.ts';

const ANY: readonly Moment[] = ['start', 'early', 'middle', 'late', 'publish'];

/** Does something to the network for a while; what it was before comes back. */
const forAWhile =
  (low_ms: number, high_ms: number, act: (network: Network, scene: Scene) => void) =>
  async (scene: Scene): Promise<boolean> => {
    const { network } = scene.server;
    if (network === undefined || scene.isOver()) return false;
    act(network, scene);
    await sleep(between(scene.random, low_ms, high_ms));
    network.open();
    return true;
  };

/** The network between the server and both workers and command. */
export const networkFaults: readonly Fault[] = [
  {
    name: 'network-cut',
    description: 'connections to the server end and none can be made for 3–10 s',
    moments: ANY,
    needs: 'network',
    inject: forAWhile(3000, 10_000, (network) => network.cut()),
  },
  {
    name: 'network-reset',
    description: 'every connection to the server is reset in mid-stream',
    moments: ANY,
    needs: 'network',
    inject: async ({ server, isOver }) => !isOver() && (server.network?.reset() ?? 0) > 0,
  },
  {
    name: 'network-swallows',
    description: 'what is sent either way disappears for 4–12 s, and no connection says so',
    moments: ANY,
    needs: 'network',
    inject: forAWhile(4000, 12_000, (network) => network.swallow()),
  },
  {
    name: 'network-slow',
    description: 'every piece takes 100–500 ms longer, each way, for 5–10 s',
    moments: ANY,
    needs: 'network',
    inject: forAWhile(5000, 10_000, (network, { random }) => network.slow(between(random, 100, 500))),
  },
];
