import { AsciiScanner } from './asciiScanner.ts';
import { addFan, type RawSurface, type SurfaceFormat } from './surfaceFormat.ts';

/** Bytes of the shortest line, `1 0 0 0`. */
const SHORTEST = 8;

/**
 * ECGSIM's `.tri`: the number of nodes, each with its number and place; the number of triangles, each with its number and three nodes from 1.
 *
 * Source: ECGSIM (van Oosterom and Oostendorp, Heart, 2004), its manual's file formats.
 */
export const tri: SurfaceFormat = {
  name: 'ECGSIM triangles',
  extensions: ['.tri'],
  contents: ['text'],
  read(bytes, fileName): RawSurface {
    const scanner = new AsciiScanner(bytes, fileName);
    const countOf = (what: string): number => {
      const count = scanner.count(`the number of ${what}`);
      const most = Math.floor((scanner.end - scanner.at + 1) / SHORTEST) + 1;
      if (count > most) {
        scanner.fail(
          `promises ${count} ${what}, the ${scanner.end - scanner.at} bytes left hold at most ${most}; the file was cut short or is no ECGSIM file`,
        );
      }
      return count;
    };
    const numbered = (what: string, item: number): void => {
      if (scanner.isDone()) scanner.fail(`the file ends before ${what} ${item}; it was probably cut short`);
      const number = scanner.number();
      if (number !== item) scanner.fail(`${number} stands where the number of ${what} ${item} should`);
    };
    const nodes = countOf('nodes');
    const points = new Float64Array(3 * nodes);
    for (let node = 0; node < nodes; node++) {
      numbered('node', node + 1);
      for (let axis = 0; axis < 3; axis++) points[3 * node + axis] = scanner.number();
    }
    const count = countOf('triangles');
    const triangles: number[] = [];
    for (let triangle = 0; triangle < count; triangle++) {
      numbered('triangle', triangle + 1);
      const corners = [scanner.number() - 1, scanner.number() - 1, scanner.number() - 1];
      addFan(triangles, corners, nodes, (message) => scanner.fail(`triangle ${triangle + 1} ${message}`));
    }
    return { points, unit: undefined, triangles: Uint32Array.from(triangles) };
  },
};
