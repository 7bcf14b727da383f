import { AsciiScanner, quote } from './asciiScanner.ts';
import { addFan, type RawSurface, type SurfaceFormat } from './surfaceFormat.ts';

/** How a corner names its node: from 1, or back from the last one so far. */
const WHOLE = /^-?\d+$/;

/**
 * Wavefront OBJ: nodes and faces, with numbers from 1 or back from the end; normals, textures, groups, materials and lines are passed over, and no file that is named
 * there (`mtllib`) is opened.
 */
export const obj: SurfaceFormat = {
  name: 'OBJ',
  extensions: ['.obj'],
  contents: ['text'],
  read(bytes, fileName): RawSurface {
    const scanner = new AsciiScanner(bytes, fileName);
    const points: number[] = [];
    const triangles: number[] = [];
    const nodes = () => points.length / 3;
    let highest = -1;
    while (!scanner.isDone()) {
      const keyword = scanner.word();
      if (keyword === 'v') {
        for (let axis = 0; axis < 3; axis++) {
          if (scanner.isLineDone()) scanner.fail(`node ${Math.floor(nodes()) + 1} has ${axis} coordinates; expected 3`);
          points.push(scanner.number());
        }
      } else if (keyword === 'f') {
        const corners: number[] = [];
        while (!scanner.isLineDone()) {
          const word = scanner.word();
          if (word === '\\') {
            scanner.skipSpace(); // The face goes on in the next line.
            continue;
          }
          const slash = word.indexOf('/');
          const number = slash < 0 ? word : word.slice(0, slash);
          if (!WHOLE.test(number)) scanner.fail(`${quote(word)} is no corner of a face; expected a node's number`);
          const value = Number(number);
          if (value === 0) scanner.fail('a face names node 0; OBJ counts nodes from 1');
          const node = value > 0 ? value - 1 : nodes() + value;
          highest = Math.max(highest, node);
          corners.push(node);
        }
        // Faces may stand before their nodes; the highest is held against all nodes at the end.
        addFan(triangles, corners, Number.MAX_SAFE_INTEGER, (message) => scanner.fail(`a face ${message}`));
      }
      scanner.line();
    }
    if (highest >= nodes())
      scanner.fail(`a face names node ${highest + 1}, the file has ${nodes()} nodes; it was probably cut short`);
    return { points: Float64Array.from(points), unit: undefined, triangles: Uint32Array.from(triangles) };
  },
};
