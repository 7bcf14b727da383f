import type { TestFn } from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { type Backend, type HeartModel, VELOCITY_PARAMETERS } from '../../twin/backend.ts';
import { solveFromNodes } from '../../twin/eikonal/solve.ts';
import { TwinError } from '../../twin/errors.ts';
import { directEcg } from '../helpers/directEcg.ts';
import { blockHeart, flatten, heartModel, scatteredPmjs, unflatten } from '../helpers/heartModels.ts';
import { blockMesh } from '../helpers/meshes.ts';

/** How far a backend may be from the exact answer of the discrete model; a float32 backend needs more than the reference. */
export interface BackendTolerances {
  /** Largest error of an activation time. */
  readonly activation_ms: number;
  /** Largest error of the ECG against the direct sum over its own activation; its peak here is near 10 mV. */
  readonly ecg_mV: number;
  /** Whether the ECG is summed node by node, not from bins of activation times: its derivatives are then another function's. */
  readonly isSummedByNode?: boolean;
  /** Largest error of gradient and Jacobian, as a share of the largest entry. */
  readonly derivative: number;
}

/**
 * Step of difference quotients, in ms, mm and mm/ms. They are taken in the reference's double precision: the steps that a backend of 32 bits could resolve
 * move a late wave past places where the way it comes changes.
 */
const STEP = 1e-7;

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const difference = (one: Float64Array, other: Float64Array) =>
  largest(one.map((value, at) => (value === other[at] ? 0 : value - other[at])));
const wiggle = (length: number) => Float64Array.from({ length }, (_, at) => Math.sin(1 + at * at));

/**
 * What every compute backend keeps: call it in a test file of the backend's own.
 *
 * @param heart  a block of two ventricles; a smaller one where a device in software would be too slow
 */
export function testBackend(
  test: TestFn,
  backend: Backend,
  tolerances: BackendTolerances,
  heart: HeartModel = blockHeart(),
): void {
  const name = backend.name;
  const parameters = scatteredPmjs(heart.mesh, 6, 11);
  const pmjs = parameters.pmjTimes_ms.length;

  test(`${name}: activation is that of an independent solve from the sources it tells`, async (t) => {
    const open = await backend.open(heart);
    const { activation_ms, sources } = await open.solve(parameters);
    const expected = solveFromNodes(heart.mesh, parameters, sources.nodes, sources.times_ms);
    t.true(difference(activation_ms, expected) <= tolerances.activation_ms);
    t.true(
      sources.nodes.every((node, seed) => seed === 0 || node > sources.nodes[seed - 1]),
      'in ascending order',
    );
    await open.close();
  });

  test(`${name}: the ECG is the sum of all nodes' upstrokes`, async (t) => {
    const open = await backend.open(heart);
    const { activation_ms, ecg_mV } = await open.solve(parameters);
    t.true(largest(ecg_mV) > 1, 'there is an ECG');
    t.true(difference(ecg_mV, directEcg(heart, activation_ms)) <= tolerances.ecg_mV);
    await open.close();
  });

  test(`${name}: the gradient is the reference’s difference quotient along time, place and velocity`, async (t) => {
    const open = await backend.open(heart);
    const exact = await referenceBackend.open(heart);
    const row = flatten(parameters);
    const sensitivity = wiggle(heart.window.samples * heart.leads);
    const gradient = await open.gradient(parameters, sensitivity);
    t.is(gradient.length, 4 * pmjs + VELOCITY_PARAMETERS);
    const tested = [0, 5, 6, 7, 12, ...[0, 1, 2, 3].map((velocity) => 4 * pmjs + velocity)];
    const loss = async (parameter: number, step: number) => {
      const { activation_ms, ecg_mV } = await exact.solve(unflatten(row.with(parameter, row[parameter] + step)));
      const ecg = tolerances.isSummedByNode ? directEcg(heart, activation_ms) : ecg_mV;
      return ecg.reduce((sum, value, k) => sum + sensitivity[k] * value, 0);
    };
    for (const parameter of tested) {
      const quotient = ((await loss(parameter, STEP)) - (await loss(parameter, -STEP))) / (2 * STEP);
      const error = Math.abs(quotient - gradient[parameter]);
      t.true(error <= tolerances.derivative * largest(gradient), `parameter ${parameter}: ${error}`);
    }
    await open.close();
    await exact.close();
  });

  test(`${name}: the Jacobian carries an ECG sensitivity to the gradient`, async (t) => {
    const open = await backend.open(heart);
    const columns = heart.window.samples * heart.leads;
    const sensitivity = wiggle(columns);
    const gradient = await open.gradient(parameters, sensitivity);
    const jacobian = await open.jacobian(parameters);
    t.is(jacobian.length, gradient.length * columns);
    const product = gradient.map((_, row) =>
      sensitivity.reduce((sum, value, column) => sum + value * jacobian[row * columns + column], 0),
    );
    // A node keeps four of the six PMJs here; what is dropped is small.
    t.true(difference(product, gradient) <= Math.max(tolerances.derivative, 1e-2) * largest(gradient));
    await open.close();
  });

  test(`${name}: territories share out all nodes`, async (t) => {
    const open = await backend.open(heart);
    const sizes = await open.territories(parameters);
    t.is(sizes.length, pmjs);
    t.is(
      sizes.reduce((sum, nodes) => sum + nodes, 0),
      heart.mesh.points.length / 3,
    );
    await open.close();
  });

  test(`${name}: an answer depends on its parameters only, not on what was asked before`, async (t) => {
    const fresh = await backend.open(heart);
    const used = await backend.open(heart);
    const changed = { ...parameters, pmjTimes_ms: parameters.pmjTimes_ms.map((time) => 2 * time), rv: parameters.lv };
    const sensitivity = wiggle(heart.window.samples * heart.leads);
    await used.jacobian(changed);
    await used.gradient(parameters, sensitivity);
    await used.solve(changed);
    t.deepEqual(await used.solve(parameters), await fresh.solve(parameters));
    t.deepEqual(await used.gradient(changed, sensitivity), await fresh.gradient(changed, sensitivity));
    t.deepEqual(await used.jacobian(changed), await fresh.jacobian(changed));
    await fresh.close();
    await used.close();
  });

  test(`${name}: overlapping calls are answered as each alone`, async (t) => {
    const open = await backend.open(heart);
    const sensitivity = wiggle(heart.window.samples * heart.leads);
    const members = [parameters, scatteredPmjs(heart.mesh, 6, 12), scatteredPmjs(heart.mesh, 5, 13)];
    const ask = (member: (typeof members)[number]) =>
      Promise.all([open.solve(member), open.gradient(member, sensitivity), open.jacobian(member)]);
    const together = await Promise.all(members.map(ask));
    for (const [at, member] of members.entries()) {
      t.deepEqual(await open.solve(member), together[at][0]);
      t.deepEqual(await open.gradient(member, sensitivity), together[at][1]);
      t.deepEqual(await open.jacobian(member), together[at][2]);
    }
    await open.close();
  });

  test(`${name}: parameters changed in place are new parameters, and answers are the caller's to change`, async (t) => {
    const open = await backend.open(heart);
    const mine = { ...parameters, pmjTimes_ms: parameters.pmjTimes_ms.slice() };
    const before = await open.solve(mine);
    const kept = before.activation_ms.slice();
    before.activation_ms.fill(0);
    t.deepEqual((await open.solve(mine)).activation_ms, kept);
    mine.pmjTimes_ms.fill(20);
    t.notDeepEqual((await open.solve(mine)).activation_ms, kept);
    await open.close();
  });

  test(`${name}: a PMJ outside the muscle, and muscle that no PMJ reaches, do not converge`, async (t) => {
    const block = blockMesh(2, 2, 2, 1);
    const open = await backend.open(heartModel(block));
    const inside = { ...scatteredPmjs(block, 1, 1), lv: parameters.lv, rv: parameters.rv };
    const outside = { ...inside, pmjPositions: Float64Array.of(1, 1, 5) };
    t.is((await t.throwsAsync(open.solve(outside), { instanceOf: TwinError })).code, 'NoConvergence');
    t.true((await open.solve(inside)).activation_ms.every(Number.isFinite), 'and it can be used after the refusal');
    const far = blockMesh(1, 1, 1, 1, { origin: [9, 9, 9] });
    const parts = {
      points: Float64Array.from([...block.points, ...far.points]),
      tets: Uint32Array.from([...block.tets, ...far.tets.map((node) => node + block.points.length / 3)]),
      regions: Uint8Array.from([...block.regions, ...far.regions]),
      fibres: Float64Array.from([...block.fibres, ...far.fibres]),
    };
    const detached = await backend.open(heartModel(parts));
    const error = await t.throwsAsync(detached.solve(inside), { instanceOf: TwinError });
    t.is(error.code, 'NoConvergence');
    t.regex(error.message, /\b8 nodes/);
    await open.close();
    await detached.close();
  });

  test(`${name}: a node without tetrahedra stays at Infinity`, async (t) => {
    const block = blockMesh(2, 2, 2, 1);
    const open = await backend.open(heartModel({ ...block, points: Float64Array.from([...block.points, 9, 9, 9]) }));
    const { activation_ms, ecg_mV } = await open.solve(scatteredPmjs(block, 2, 1));
    t.is(activation_ms.at(-1), Number.POSITIVE_INFINITY);
    t.true(activation_ms.subarray(0, -1).every(Number.isFinite) && ecg_mV.every(Number.isFinite));
    await open.close();
  });
}
