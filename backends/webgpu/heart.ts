import type { HeartModel, OpenHeart, Solution } from '../../twin/backend.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { MemberArrays } from './arrays.ts';
import { checkReached, type Front, solutionOf, solveFront } from './front.ts';
import type { Gpu } from './gpu.ts';
import { gradientsOf } from './gradient.ts';
import { territoriesOf } from './jacobian.ts';
import { layMembers, mostMembers } from './layout.ts';
import { isSameKey, type Member, parameterKey, prepareMember } from './members.ts';
import { HeartTables } from './tables.ts';

/** A call that waits for its batch. */
interface Request {
  readonly key: Float64Array;
  readonly parameters: ActivationParameters;
  readonly asked: 'solution' | 'gradient' | 'jacobian' | 'territories';
  readonly sensitivity?: Float64Array;
  readonly answer: (value: Solution | Float64Array | Float32Array | Uint32Array) => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * A heart on the device. Calls that are made together, or while a batch is at work, are answered by one batch: parameters that are
 * equal share a member. The last batch stays on the device, so that derivatives asked after a solution need no second solve.
 */
export class WebgpuHeart implements OpenHeart {
  private readonly gpu: Gpu;
  private readonly tables: HeartTables;
  private readonly mostMembers: number;
  private front: Front | undefined;
  private waiting: Request[] = [];
  private working: Promise<void> | undefined;
  private isClosed = false;

  /** @throws TwinError BadInput when the heart does not fit on the device */
  constructor(gpu: Gpu, heart: HeartModel, memory_bytes: number) {
    this.gpu = gpu;
    this.mostMembers = mostMembers(heart.mesh.points.length / 3, gpu.mostBytes, memory_bytes);
    this.tables = new HeartTables(gpu, heart);
  }

  solve(parameters: ActivationParameters): Promise<Solution> {
    return this.ask<Solution>('solution', parameters);
  }

  gradient(parameters: ActivationParameters, ecgSensitivity: Float64Array): Promise<Float64Array> {
    return this.ask<Float64Array>('gradient', parameters, ecgSensitivity.slice());
  }

  jacobian(parameters: ActivationParameters): Promise<Float32Array> {
    return this.ask<Float32Array>('jacobian', parameters);
  }

  territories(parameters: ActivationParameters): Promise<Uint32Array> {
    return this.ask<Uint32Array>('territories', parameters);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.working;
    this.dropFront(true);
    this.tables.free(this.gpu);
  }

  /** Sweeps that the last batch's activation took; 0 before the first. */
  get sweeps(): number {
    return this.front?.sweeps ?? 0;
  }

  private ask<Answer extends Solution | Float64Array | Float32Array | Uint32Array>(
    asked: Request['asked'],
    parameters: ActivationParameters,
    sensitivity?: Float64Array,
  ): Promise<Answer> {
    if (this.isClosed) return Promise.reject(new Error('webgpu backend: the heart was closed'));
    return new Promise((resolve, reject) => {
      const request = {
        key: parameterKey(parameters),
        parameters: {
          ...parameters,
          pmjPositions: parameters.pmjPositions.slice(),
          pmjTimes_ms: parameters.pmjTimes_ms.slice(),
        },
        asked,
        // Each kind of request is answered with its own kind of answer, below.
        answer: resolve as Request['answer'],
        refuse: reject,
      };
      this.waiting.push(sensitivity ? { ...request, sensitivity } : request);
      this.working ??= new Promise<void>((done) => setImmediate(done)).then(() => this.work());
    });
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      const requests = this.waiting;
      this.waiting = [];
      try {
        await this.answerAll(requests);
      } catch (error) {
        for (const { refuse } of requests) refuse(error);
      }
    }
    this.working = undefined;
  }

  private async answerAll(requests: readonly Request[]): Promise<void> {
    const known = this.front?.members ?? [];
    const hits = requests.filter(({ key }) => known.some((member) => isSameKey(member.key, key)));
    if (this.front && hits.length > 0) await this.answerFrom(this.front, hits);
    const misses = requests.filter((request) => !hits.includes(request));
    const members: Member[] = [];
    for (const alike of groupByKey(misses)) {
      const [{ key, parameters }] = alike;
      try {
        members.push(prepareMember(this.tables, parameters, key));
      } catch (error) {
        // What cannot be seeded is refused alone; the rest of the batch goes on.
        for (const { refuse } of alike) refuse(error);
      }
    }
    for (let first = 0; first < members.length; first += this.mostMembers) {
      const batch = members.slice(first, first + this.mostMembers);
      const front = await this.solveBatch(batch);
      await this.answerFrom(
        front,
        misses.filter(({ key }) => batch.some((member) => isSameKey(member.key, key))),
      );
    }
  }

  private async solveBatch(batch: readonly Member[]): Promise<Front> {
    const layout = layMembers(this.tables.nodes, batch.length, this.gpu.mostBytes);
    const isSameLayout = this.front?.members.length === batch.length;
    const kept = isSameLayout ? this.front?.arrays : undefined;
    this.dropFront(!isSameLayout);
    const arrays = kept ?? new MemberArrays(this.gpu, this.tables, layout);
    try {
      this.front = await solveFront(this.gpu, this.tables, arrays, batch);
      return this.front;
    } catch (error) {
      arrays.free();
      throw error;
    }
  }

  private async answerFrom(front: Front, requests: readonly Request[]): Promise<void> {
    const memberOf = ({ key }: Request) => front.members.findIndex((member) => isSameKey(member.key, key));
    const reached: Request[] = [];
    for (const request of requests) {
      try {
        checkReached(this.tables, front, memberOf(request));
        reached.push(request);
      } catch (error) {
        request.refuse(error);
      }
    }
    for (const request of reached) {
      if (request.asked === 'solution') request.answer(solutionOf(this.tables, front, memberOf(request)));
    }
    // Two sensitivities of one member go through the device one after the other.
    let gradients = reached.filter(({ asked }) => asked === 'gradient');
    while (gradients.length > 0) {
      const turn = new Map<number, Request>();
      for (const request of gradients) if (!turn.has(memberOf(request))) turn.set(memberOf(request), request);
      const answers = await gradientsOf(
        this.gpu,
        this.tables,
        front,
        front.members.map((_, member) => turn.get(member)?.sensitivity),
      );
      for (const [member, request] of turn) {
        const answer = answers[member];
        if (answer) request.answer(answer);
      }
      gradients = gradients.filter((request) => turn.get(memberOf(request)) !== request);
    }
    const byTerritory = reached.filter(({ asked }) => asked === 'jacobian' || asked === 'territories');
    if (byTerritory.length === 0) return;
    const wanted = front.members.map((_, member) => {
      const own = byTerritory.filter((request) => memberOf(request) === member);
      if (own.length === 0) return undefined;
      return {
        jacobian: own.some(({ asked }) => asked === 'jacobian'),
        territories: own.some(({ asked }) => asked === 'territories'),
      };
    });
    const answers = await territoriesOf(this.gpu, this.tables, front, wanted);
    const given = new Set<Float32Array | Uint32Array>();
    for (const request of byTerritory) {
      const answer = answers[memberOf(request)];
      if (!answer) continue;
      const own = request.asked === 'jacobian' ? answer.jacobian : answer.sizes;
      // Each caller gets an array of its own.
      request.answer(given.has(own) ? own.slice() : own);
      given.add(own);
    }
  }

  private dropFront(withArrays: boolean): void {
    if (!this.front) return;
    this.gpu.free(this.front.pmjs);
    if (withArrays) this.front.arrays.free();
    this.front = undefined;
  }
}

/** Requests of equal parameters together, in the order of the first of each. */
function groupByKey(requests: readonly Request[]): [Request, ...Request[]][] {
  const groups: [Request, ...Request[]][] = [];
  for (const request of requests) {
    const group = groups.find(([{ key }]) => isSameKey(key, request.key));
    if (group) group.push(request);
    else groups.push([request]);
  }
  return groups;
}
