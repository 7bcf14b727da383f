import { WORKGROUP } from './common.ts';

/** The opening of every kernel: `at` is the number of the invocation. */
export const KERNEL = /* wgsl */ `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = invocation(group, groups, local);
`;
