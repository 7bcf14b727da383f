import { TwinError } from '../errors.ts';
import type { FieldArray, MeshFormat, RawMesh } from './format.ts';
import { assembleMesh, tetrahedraOf } from './meshFields.ts';
import { parseVtkXml, type VtkXmlKind } from './vtkXml.ts';
import { readVtuArray, type VtuArray } from './vtuArray.ts';

/** What an unstructured grid's file holds. */
export const UNSTRUCTURED_GRID: VtkXmlKind = {
  type: 'UnstructuredGrid',
  called: 'grid',
  sections: new Set(['Points', 'Cells', 'PointData', 'CellData']),
  counts: [
    { attribute: 'NumberOfPoints', what: 'points' },
    { attribute: 'NumberOfCells', what: 'cells' },
  ],
};

/**
 * VTK's XML file of one unstructured grid: ASCII, base64 and appended (raw or base64) arrays, plain or zlib-compressed, headers of 32 or 64 bits,
 * either byte order.
 *
 * Source: VTK User's Guide, file formats; VTK file formats page of the VTK documentation.
 */
export const vtu: MeshFormat = {
  name: 'VTU',
  extensions: ['.vtu'],
  content: 'xml',
  read(bytes, fileName): RawMesh {
    const grid = parseVtkXml(bytes, fileName, UNSTRUCTURED_GRID);
    const { file } = grid;
    const [nodes, cells] = grid.counts as [number, number];
    const take = (section: string, name: string | undefined, what: string): VtuArray => {
      const found = grid.arrays.find(
        (array) => array.section === section && (name === undefined || array.name.toLowerCase() === name),
      );
      if (found) return found;
      throw new TwinError('BadInput', `${fileName}: there are no ${what}`, { file: fileName });
    };
    const coordinates = take('Points', undefined, 'points');
    const points = readVtuArray({ ...coordinates, components: 3 }, nodes, file);
    const ends = readVtuArray(take('Cells', 'offsets', 'cell offsets'), cells, file);
    const types = readVtuArray(take('Cells', 'types', 'cell types'), cells, file);
    // Other cells than tetrahedra are named by their type before their nodes are looked at.
    const corners = cells === 0 ? 0 : (ends[cells - 1] as number);
    const connectivity = readVtuArray(take('Cells', 'connectivity', 'cell nodes'), corners, file);
    const tets = tetrahedraOf({ types, ends, connectivity }, nodes, fileName);
    const dataOf = (section: string, items: number): Record<string, FieldArray> => {
      const data: Record<string, FieldArray> = {};
      for (const array of grid.arrays) {
        if (array.section !== section || array.type === undefined) continue; // Strings carry no field.
        data[array.name] = { components: array.components, values: readVtuArray(array, items, file) };
      }
      return data;
    };
    return assembleMesh({
      fileName,
      points,
      tets,
      pointData: dataOf('PointData', nodes),
      cellData: dataOf('CellData', cells),
    });
  },
};
