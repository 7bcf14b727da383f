import { badInput } from './badInput.ts';
import { type RawSurface, type SurfaceFormat, trianglesOf } from './surfaceFormat.ts';
import { readVtkPolygons } from './vtk.ts';
import { parseVtkXml, type VtkXml, type VtkXmlKind } from './vtkXml.ts';
import { UNSTRUCTURED_GRID } from './vtu.ts';
import { readVtuArray, type VtuArray } from './vtuArray.ts';

const POLY_DATA: VtkXmlKind = {
  type: 'PolyData',
  called: 'surface',
  sections: new Set(['Points', 'Polys']),
  counts: [
    { attribute: 'NumberOfPoints', what: 'points' },
    { attribute: 'NumberOfPolys', what: 'polygons', isOptional: true },
    { attribute: 'NumberOfStrips', what: 'strips', isOptional: true },
  ],
};

/** VTK's XML file of one surface: as `vtu`, of which it shares the arrays; triangle strips are refused. */
export const vtp: SurfaceFormat = {
  name: 'VTP',
  extensions: ['.vtp'],
  contents: ['xml'],
  read(bytes, fileName): RawSurface {
    const file = parseVtkXml(bytes, fileName, POLY_DATA);
    const [nodes, polygons, strips] = file.counts as [number, number, number];
    if (strips > 0) throw badInput(fileName, `holds ${strips} triangle strips; expected triangles or polygons`);
    return readSurfaceArrays(file, 'Polys', nodes, polygons, fileName);
  },
};

/** An unstructured grid whose cells are triangles, quadrilaterals or polygons. */
export const vtuSurface: SurfaceFormat = {
  name: 'VTU',
  extensions: ['.vtu'],
  contents: ['xml'],
  read(bytes, fileName): RawSurface {
    const file = parseVtkXml(bytes, fileName, UNSTRUCTURED_GRID);
    const [nodes, cells] = file.counts as [number, number];
    return readSurfaceArrays(file, 'Cells', nodes, cells, fileName);
  },
};

/** A VTK legacy file of a surface. */
export const vtkSurface: SurfaceFormat = {
  name: 'VTK legacy',
  extensions: ['.vtk'],
  contents: ['vtk'],
  read(bytes, fileName): RawSurface {
    const { points, ends, connectivity } = readVtkPolygons(bytes, fileName);
    const triangles = trianglesOf({ ends, connectivity }, points.length / 3, fileName);
    return { points, unit: undefined, triangles };
  },
};

function readSurfaceArrays(
  { file, arrays }: VtkXml,
  section: 'Polys' | 'Cells',
  nodes: number,
  cells: number,
  fileName: string,
): RawSurface {
  const take = (from: string, name: string | undefined): VtuArray => {
    const found = arrays.find(
      (array) => array.section === from && (name === undefined || array.name.toLowerCase() === name),
    );
    if (found) return found;
    throw badInput(fileName, `there are no ${name ?? 'points'} in ${from}`);
  };
  const points = readVtuArray({ ...take('Points', undefined), components: 3 }, nodes, file);
  if (cells === 0) throw badInput(fileName, 'holds no cells; expected a surface of triangles');
  const ends = readVtuArray(take(section, 'offsets'), cells, file);
  const types = section === 'Cells' ? { types: readVtuArray(take('Cells', 'types'), cells, file) } : {};
  const connectivity = readVtuArray(take(section, 'connectivity'), ends[cells - 1], file);
  return { points, unit: undefined, triangles: trianglesOf({ ends, connectivity, ...types }, nodes, fileName) };
}
