import { TwinError } from '../../twin/errors.ts';
import { MOST_MEMBERS } from './shaders/common.ts';
import { STATE_ROWS } from './shaders/territories.ts';

/** Members that share a node's tetrahedra and lie side by side: eight times of 4 bytes are one sector of a graphics memory. */
export const MOST_LANES = 8;
/** Rows of nodes start on 256 bytes, as the standard asks of parts of buffers. */
const NODE_STEP = 64;
/** Bytes that a member has of each node: times, their next and the seeds', two marks, the leg, and two numbers of the adjoint. */
export const MEMBER_BYTES = 4 * (3 + 2 + 4 + 2);

/** How the members of a batch lie in memory; see `BATCH` of the kernels. */
export interface Layout {
  readonly nodes: number;
  /** Nodes, rounded up */
  readonly stride: number;
  readonly members: number;
  readonly lanes: number;
  readonly tiles: number;
  /** tiles · stride · lanes */
  readonly invocations: number;
}

/** The layout of a batch. @throws TwinError BadInput when not even one member fits into the arrays of the device */
export function layMembers(nodes: number, members: number, mostBytes: number): Layout {
  const stride = Math.ceil(nodes / NODE_STEP) * NODE_STEP;
  const stateBytes = 16 * STATE_ROWS * stride;
  if (stateBytes > mostBytes) {
    throw new TwinError(
      'BadInput',
      `graphics device: found ${nodes} nodes, expected at most ${Math.floor(mostBytes / 16 / STATE_ROWS)} on a device whose arrays hold ${Math.floor(mostBytes / 2 ** 20)} MiB; take a coarser mesh or the wasm backend`,
    );
  }
  let lanes = 1;
  while (lanes < Math.min(members, MOST_LANES) && 2 * lanes * stateBytes <= mostBytes) lanes *= 2;
  const tiles = Math.ceil(members / lanes);
  return { nodes, stride, members, lanes, tiles, invocations: tiles * stride * lanes };
}

/** Members of a batch at most: legs of 16 bytes a node must fit into one array, all that a member has into `memory_bytes`. */
export function mostMembers(nodes: number, mostBytes: number, memory_bytes: number): number {
  const { stride } = layMembers(nodes, 1, mostBytes);
  const most = Math.min(MOST_MEMBERS, mostBytes / (16 * stride), memory_bytes / (MEMBER_BYTES * stride));
  return most < MOST_LANES ? Math.max(1, 2 ** Math.floor(Math.log2(most))) : MOST_LANES * Math.floor(most / MOST_LANES);
}
