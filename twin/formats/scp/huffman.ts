import { badInput } from '../badInput.ts';
import { type ScpSection, SECTION_HEADER } from './sections.ts';

/** What a code stands for. */
interface CodeMeaning {
  /** The value; of a switch the number of the table that follows, counted from 1 */
  readonly value: number;
  /** Bits behind the code that hold the value itself, two's complement; 0 where the code is the value */
  readonly literalBits: number;
  readonly isSwitch: boolean;
}

/** A code table as a binary tree. */
export interface HuffmanTable {
  /** Two a node, for bit 0 and bit 1: a node above 0, nothing at 0, below 0 the meaning −1 − child */
  readonly children: number[];
  readonly meanings: CodeMeaning[];
}

/** This many tables stand for the default one. */
const DEFAULT_TABLE = 19_999;
const STRUCTURE = 9;
/** Codes are stored in 32 bits, what follows them is a sample's 16 or fewer. */
const LONGEST_CODE = 32;
const LONGEST_LITERAL = 16;
/** Greatest value that has a code of its own in the default table. */
const LARGEST_CODED = 8;

/**
 * Code tables of section 2: the default one, or the file's own.
 *
 * Source: EN 1064, section 5.5 and annex C.
 * @throws TwinError BadInput where a table does not fit its section or its codes contradict each other
 */
export function readHuffmanTables({ view }: ScpSection, file: string): HuffmanTable[] {
  const fail = (message: string): never => {
    throw badInput(file, `section 2 (Huffman tables): ${message}`);
  };
  const end = view.byteLength;
  if (SECTION_HEADER + 2 > end) fail('is empty');
  const count = view.getUint16(SECTION_HEADER, true);
  if (count === DEFAULT_TABLE) return [defaultTable()];
  const tables: HuffmanTable[] = [];
  let at = SECTION_HEADER + 2;
  for (let index = 1; index <= count; index++) {
    const structures = at + 2 <= end ? view.getUint16(at, true) : 0;
    at += 2;
    if (structures === 0 || at + structures * STRUCTURE > end) fail(`table ${index} of ${count} does not fit into it`);
    const table = emptyTable();
    for (let code = 0; code < structures; code++, at += STRUCTURE) {
      const [prefix, whole, mode] = [view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2)];
      const literalBits = whole - prefix;
      if (prefix < 1 || prefix > LONGEST_CODE || literalBits < 0 || literalBits > LONGEST_LITERAL)
        fail(`table ${index}: a code of ${prefix} bits in ${whole}`);
      const bits = view.getUint32(at + 5, true);
      const path = Array.from({ length: prefix }, (_, bit) => ((bits >>> bit) & 1) as 0 | 1); // First bit lowest.
      const isFree = insert(table, path, { value: view.getInt16(at + 3, true), literalBits, isSwitch: mode === 0 });
      if (!isFree) fail(`table ${index}: one code begins with another`);
    }
    tables.push(table);
  }
  return tables.length > 0 ? tables : fail('has no table');
}

/** EN 1064's own table: 0 for 0, n ones with 00 or 01 behind them for ±n, then values of 8 and of 16 bits as they are. */
export function defaultTable(): HuffmanTable {
  const table = emptyTable();
  const ones = (count: number): 1[] => Array.from({ length: count }, () => 1);
  insert(table, [0], { value: 0, literalBits: 0, isSwitch: false });
  for (let value = 1; value <= LARGEST_CODED; value++) {
    insert(table, [...ones(value), 0, 0], { value, literalBits: 0, isSwitch: false });
    insert(table, [...ones(value), 0, 1], { value: -value, literalBits: 0, isSwitch: false });
  }
  insert(table, [...ones(LARGEST_CODED + 1), 0], { value: 0, literalBits: 8, isSwitch: false });
  insert(table, ones(LARGEST_CODED + 2), { value: 0, literalBits: 16, isSwitch: false });
  return table;
}

const emptyTable = (): HuffmanTable => ({ children: [0, 0], meanings: [] });

function insert({ children, meanings }: HuffmanTable, path: readonly (0 | 1)[], meaning: CodeMeaning): boolean {
  let node = 0;
  for (const [depth, bit] of path.entries()) {
    const slot = 2 * node + bit;
    const child = children[slot] as number;
    const isLast = depth === path.length - 1;
    if (child < 0 || (isLast && child !== 0)) return false;
    if (isLast) {
      meanings.push(meaning);
      children[slot] = -meanings.length;
    } else if (child === 0) {
      node = children.length / 2;
      children[slot] = node;
      children.push(0, 0);
    } else node = child;
  }
  return true;
}

/**
 * Values of a lead's bits, most significant bit first, until `out` is full; each lead starts with the first table.
 *
 * @param out  [samples]
 * @returns how many were read: fewer than `out` holds where the bits end or are no code
 */
export function decodeHuffman(bytes: Uint8Array, tables: readonly HuffmanTable[], out: Float64Array): number {
  let table = tables[0] as HuffmanTable;
  let node = 0;
  let count = 0;
  const bits = bytes.length * 8;
  for (let at = 0; at < bits && count < out.length; ) {
    const bit = ((bytes[at >>> 3] as number) >>> (7 - (at & 7))) & 1;
    at++;
    const child = table.children[2 * node + bit] as number;
    if (child === 0) return count;
    node = Math.max(child, 0);
    if (child > 0) continue;
    const { value, literalBits, isSwitch } = table.meanings[-1 - child] as CodeMeaning;
    if (isSwitch) {
      const next = tables[value - 1];
      if (!next) return count;
      table = next;
    } else if (literalBits === 0) out[count++] = value;
    else {
      if (at + literalBits > bits) return count;
      let literal = 0;
      for (const end = at + literalBits; at < end; at++)
        literal = (literal << 1) | (((bytes[at >>> 3] as number) >>> (7 - (at & 7))) & 1);
      out[count++] = (literal << (32 - literalBits)) >> (32 - literalBits);
    }
  }
  return count;
}
