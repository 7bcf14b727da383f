import { AsciiScanner } from './asciiScanner.ts';

/**
 * Reads a CARP `.vtx` file: a list of nodes, as electrodes and stimuli are given. Its second line, `intra` or `extra`, is passed over where it stands.
 *
 * @param nodes  number of nodes of the mesh that the list is about
 * @throws TwinError BadInput with line, found and expected
 */
export function readVtx(bytes: Uint8Array, fileName: string, nodes: number): Uint32Array {
  const scanner = new AsciiScanner(bytes, fileName);
  if (scanner.isDone()) scanner.fail('the file is empty; expected the number of nodes');
  const promised = scanner.count('the number of nodes');
  const most = Math.floor((bytes.length + 1) / 2); // A digit and a line end each.
  if (promised > most)
    scanner.fail(
      `promises ${promised} nodes, its ${bytes.length} bytes can hold ${most}; it was probably cut short while copied`,
    );
  if (!scanner.isDone()) {
    const beforeWord = scanner.at;
    if (!/^(intra|extra)$/.test(scanner.word())) scanner.at = beforeWord;
  }
  const list = new Uint32Array(promised);
  for (let i = 0; i < promised; i++) {
    if (scanner.isDone())
      scanner.fail(`promises ${promised} nodes, the file holds ${i}; it was probably cut short while copied`);
    const node = scanner.number();
    if (!(Number.isInteger(node) && node >= 0 && node < nodes))
      scanner.fail(`refers to node ${node}, the mesh has nodes 0 to ${nodes - 1}`);
    list[i] = node;
  }
  if (!scanner.isDone()) scanner.fail(`the file goes on after the ${promised} nodes that it promises`);
  return list;
}
