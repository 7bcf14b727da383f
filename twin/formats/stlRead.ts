import { AsciiScanner, latin1, quote } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import { STL_HEADER, STL_TRIANGLE } from './stl.ts';
import type { RawSurface, SurfaceFormat } from './surfaceFormat.ts';

/**
 * STL, ASCII or binary. Each triangle has corners of its own there, so that nodes at one place are to be merged; the normals are passed over, as the order of
 * corners says the same.
 */
export const stl: SurfaceFormat = {
  name: 'STL',
  extensions: ['.stl'],
  contents: ['text', 'binary'],
  read(bytes, fileName): RawSurface {
    const count = bytes.length >= STL_HEADER ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(80, true) : -1;
    const isAscii = latin1(bytes, 0, Math.min(5, bytes.length)).toLowerCase() === 'solid';
    // Binary titles may begin with "solid" as well: the length decides.
    if (isAscii && bytes.length !== STL_HEADER + count * STL_TRIANGLE) return readAscii(bytes, fileName);
    if (count < 0)
      throw badInput(fileName, `${bytes.length} bytes are no STL file; expected "solid" or 84 bytes of header`);
    const holds = Math.floor((bytes.length - STL_HEADER) / STL_TRIANGLE);
    if (count > holds) {
      throw badInput(
        fileName,
        `promises ${count} triangles, its ${bytes.length} bytes hold ${holds}; it was probably cut short while copied`,
      );
    }
    return readBinary(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), count);
  },
};

function readBinary(view: DataView, count: number): RawSurface {
  const points = new Float64Array(9 * count);
  for (let triangle = 0; triangle < count; triangle++) {
    const at = STL_HEADER + triangle * STL_TRIANGLE + 12;
    for (let i = 0; i < 9; i++) points[9 * triangle + i] = view.getFloat32(at + 4 * i, true);
  }
  return { points, unit: undefined, triangles: Uint32Array.from({ length: 3 * count }, (_, corner) => corner) };
}

function readAscii(bytes: Uint8Array, fileName: string): RawSurface {
  const scanner = new AsciiScanner(bytes, fileName);
  const points: number[] = [];
  const expect = (word: string): void => {
    const found = scanner.word();
    if (found.toLowerCase() !== word) scanner.fail(`${quote(found)} stands where "${word}" should`);
  };
  while (!scanner.isDone()) {
    expect('solid');
    scanner.line();
    for (;;) {
      if (scanner.isDone()) scanner.fail('the file ends inside a solid; it was probably cut short');
      const word = scanner.word().toLowerCase();
      if (word === 'endsolid') break;
      if (word !== 'facet') scanner.fail(`${quote(word)} stands where "facet" or "endsolid" should`);
      scanner.line(); // The normal.
      expect('outer');
      expect('loop');
      for (let corner = 0; corner < 3; corner++) {
        expect('vertex');
        for (let axis = 0; axis < 3; axis++) points.push(scanner.number());
      }
      expect('endloop');
      expect('endfacet');
    }
    scanner.line();
  }
  return {
    points: Float64Array.from(points),
    unit: undefined,
    triangles: Uint32Array.from({ length: points.length / 3 }, (_, corner) => corner),
  };
}
