import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Anatomy } from '../../../twin/anatomy/anatomy.ts';
import type { HarmonicFields } from '../../../twin/anatomy/harmonicFields.ts';
import { findWalls, WALL } from '../../../twin/anatomy/walls.ts';
import { degrees } from '../../../twin/units.ts';
import type { CheckResult } from '../checkResult.ts';

/** What the authors of a heart found at one node, in their convention. */
interface AuthorsNode {
  /** 0 where the insertions meet at the tip … 1 base */
  readonly apicobasal: number;
  /** Turns: 0 at the posterior insertion, over the free wall of either ventricle to 2/3 at the anterior one, back through the septum to 1 */
  readonly turns: number;
  /** 1 endocardium … 0 epicardium; through the septum 1 on the LV's side … 0 on the RV's */
  readonly inward: number;
  /** 0 LV, 1 RV; the septum is cut in two */
  readonly ventricle: number;
}

/** Theirs falls where ours rises, and their zero is our posterior insertion; nothing is fitted. */
const rotationOf = ({ turns }: AuthorsNode): number => -60 - 360 * turns;

/** @throws when the folder has no such file */
export function readAuthors(folder: string): AuthorsNode[] {
  const lines = readFileSync(join(folder, 'uvc_nodes.csv'), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const [apicobasal, turns, inward, ventricle] = line.split(',').map(Number);
    return { apicobasal, turns, inward, ventricle };
  });
}

/** A heart's coordinates against its authors', each as it is and after the change of convention that is written beside it. */
export function checkAgainstAuthors(
  { mesh, coordinates, consistent }: Pick<Anatomy, 'mesh' | 'coordinates' | 'consistent'>,
  fields: HarmonicFields,
  authors: readonly AuthorsNode[],
): CheckResult[] {
  if (consistent === undefined) return [{ name: 'consistent coordinates', passed: false, detail: 'none were found' }];
  const { walls } = findWalls(mesh, fields);
  const nodes = [...authors.keys()].filter((node) => !Number.isNaN(coordinates.apicobasal[node]));
  const inWall = (wall: number) => nodes.filter((node) => walls[node] === wall);
  const parts = { LV: inWall(WALL.lvFree), septum: inWall(WALL.septum), RV: inWall(WALL.rvFree), all: nodes };

  const rotation = Object.entries(parts).map(([name, part]) => {
    const signed = part.map((node) => {
      const difference = degrees(consistent.rotational[node]) - rotationOf(authors[node]);
      return difference - 360 * Math.round(difference / 360);
    });
    const sizes = signed.map(Math.abs).sort((a, b) => a - b);
    return {
      name,
      median: sizes[sizes.length >> 1],
      most: sizes[Math.floor(0.9 * sizes.length)],
      bias: signed.reduce((sum, value) => sum + value / signed.length, 0),
    };
  });
  const theirs = (node: number) => authors[node].apicobasal;
  const plain = agreement(nodes, (node) => coordinates.apicobasal[node], theirs);
  const aboutGroove = agreement(nodes, (node) => consistent.apicobasal[node], theirs);
  const outward = (node: number) => 1 - authors[node].inward;
  const ours = (node: number) => coordinates.transmural[node];
  // Tags that cut the septum in two make its right half RV wall, whose depth counts from the right.
  const fromLeft = (node: number) => (coordinates.transventricular[node] === 1 ? 1 - ours(node) : ours(node));
  const free = { LV: parts.LV, RV: parts.RV };
  const depths = Object.entries(free).map(([name, part]) => ({ name, ...agreement(part, ours, outward) }));
  const across = agreement(parts.septum, fromLeft, outward);
  const sides = share(nodes, (node) => authors[node].ventricle === coordinates.transventricular[node]);
  const septum = share(nodes, (node) => authors[node].turns > 2 / 3 === (walls[node] === WALL.septum));
  const all = rotation[rotation.length - 1];
  return [
    {
      name: "consistent rotation against the authors', by −60° − 360° · theirs",
      passed: all.median < 7 && all.most < 15 && rotation.every(({ bias }) => Math.abs(bias) < 2),
      detail: rotation
        .map(
          ({ name, median, most, bias }) =>
            `${name} median ${median.toFixed(1)}°, 90 % ${most.toFixed(1)}°, bias ${bias.toFixed(1)}°`,
        )
        .join('; '),
    },
    {
      name: "apicobasal about the LV's own apex against the authors', whose apex is on the groove",
      passed: plain.correlation > 0.9,
      detail: written(plain),
    },
    {
      name: "consistent apicobasal, whose apex is on the groove, against the authors'",
      passed: aboutGroove.rms < 0.03 && aboutGroove.correlation > 0.99,
      detail: written(aboutGroove),
    },
    {
      name: "transmural of free walls against the authors'",
      passed: depths.every(({ rms, correlation }) => rms < 0.12 && correlation > 0.95),
      detail: depths.map(({ name, ...values }) => `${name} ${written(values)}`).join('; '),
    },
    {
      name: "transmural of the septum from left to right against the authors'",
      passed: across.rms < 0.12 && across.correlation > 0.95,
      detail: written(across),
    },
    {
      name: "nodes on the authors' side, and in the septum where theirs are",
      passed: sides > 0.99 && septum > 0.93,
      detail: `${(100 * sides).toFixed(2)} %, ${(100 * septum).toFixed(2)} %`,
    },
  ];
}

interface Agreement {
  readonly rms: number;
  readonly correlation: number;
}

const written = ({ rms, correlation }: Agreement) => `RMS ${rms.toFixed(3)}, correlation ${correlation.toFixed(4)}`;

function share(nodes: readonly number[], holds: (node: number) => boolean): number {
  return nodes.filter(holds).length / nodes.length;
}

function agreement(
  nodes: readonly number[],
  one: (node: number) => number,
  other: (node: number) => number,
): Agreement {
  const count = nodes.length;
  let [a, b, aa, bb, ab, square] = [0, 0, 0, 0, 0, 0];
  for (const node of nodes) {
    const x = one(node);
    const y = other(node);
    a += x / count;
    b += y / count;
    aa += (x * x) / count;
    bb += (y * y) / count;
    ab += (x * y) / count;
    square += ((x - y) * (x - y)) / count;
  }
  return { rms: Math.sqrt(square), correlation: (ab - a * b) / Math.sqrt((aa - a * a) * (bb - b * b)) };
}
