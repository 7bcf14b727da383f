import { AsciiScanner, latin1, quote } from './asciiScanner.ts';
import { BYTES_PER, decodeNumber, type NumberType } from './numberType.ts';

/** Reads the numbers of a Gmsh file's sections, whether they stand as text or as bytes. */
export class GmshCursor {
  readonly text: AsciiScanner;
  readonly fileName: string;
  readonly isBinary: boolean;
  readonly version: number;
  readonly #isLittleEndian: boolean;

  /** Opens the file behind its header. @throws TwinError BadInput on a version that is not read */
  constructor(bytes: Uint8Array, fileName: string) {
    this.fileName = fileName;
    this.text = new AsciiScanner(bytes, fileName);
    const { text } = this;
    const start = sectionStart(bytes, '$MeshFormat');
    if (start === undefined) text.fail('there is no $MeshFormat section');
    text.at = start ?? 0;
    this.version = text.number();
    const encoding = text.number();
    const width = text.number();
    const isKnown = (this.version >= 2 && this.version < 3) || this.version === 4.1;
    if (!isKnown)
      text.fail(`version ${this.version} of the Gmsh format; read are 2.2 and 4.1, save the mesh as one of them`);
    if (encoding !== 0 && encoding !== 1) text.fail(`file type ${encoding}; expected 0 (ASCII) or 1 (binary)`);
    if (width !== 8) text.fail(`numbers of ${width} bytes; expected 8`);
    this.isBinary = encoding === 1;
    text.line();
    this.#isLittleEndian = !this.isBinary || text.bytes[text.at] === 1;
    const isMarked =
      !this.isBinary || decodeNumber(bytes, Math.min(text.at, bytes.length - 4), 'int32', this.#isLittleEndian) === 1;
    if (!isMarked) text.fail('the mark of the byte order is damaged');
  }

  /** Moves behind the line of a section's name; false when there is no such section. */
  open(section: string): boolean {
    const start = sectionStart(this.text.bytes, section);
    if (start !== undefined) this.text.at = start;
    return start !== undefined;
  }

  /** Offsets behind the lines of all sections of one name. */
  all(section: string): number[] {
    const starts: number[] = [];
    for (let from = 0; ; ) {
      const start = sectionStart(this.text.bytes, section, from);
      if (start === undefined) return starts;
      starts.push(start);
      from = start;
    }
  }

  number(type: NumberType): number {
    const { text } = this;
    if (!this.isBinary) return text.number();
    const width = BYTES_PER[type];
    if (text.at + width > text.end) text.fail('the file ends inside a section; it was probably cut short while copied');
    const value = decodeNumber(text.bytes, text.at, type, this.#isLittleEndian);
    text.at += width;
    return value;
  }

  int(): number {
    return this.number('int32');
  }

  /** A number of things, which take at least so many bytes each (two characters where the file is text). @throws TwinError BadInput when the file cannot hold them */
  count(what: string, type: NumberType, bytesEach: number): number {
    const value = this.number(type);
    const left = this.text.end - this.text.at;
    const most = Math.floor(left / (this.isBinary ? bytesEach : 2));
    if (!(Number.isInteger(value) && value >= 0 && value <= most)) {
      this.text.fail(
        `promises ${value} ${what}, the ${left} bytes left hold at most ${most}; the file was cut short or the header is wrong`,
      );
    }
    return value;
  }

  /** The end of a section, which must stand here: otherwise its counts were wrong. */
  close(section: string): void {
    const word = this.text.word();
    if (word !== section.replace('$', '$End'))
      this.text.fail(
        `${quote(word)} stands where ${section.replace('$', '$End')} should; the section holds more than it promises`,
      );
  }

  fail(message: string): never {
    return this.text.fail(message);
  }
}

/** Offset behind the line that a section's name is alone on, at the start of the file or of a line. */
function sectionStart(bytes: Uint8Array, section: string, from = 0): number | undefined {
  for (let at = bytes.indexOf(36, from); at >= 0; at = bytes.indexOf(36, at + 1)) {
    const end = at + section.length;
    const isAlone = bytes[end] === 10 || bytes[end] === 13 || bytes[end] === 32;
    if ((at === 0 || bytes[at - 1] === 10) && isAlone && latin1(bytes, at, end) === section) {
      const lineEnd = bytes.indexOf(10, end);
      return lineEnd < 0 ? bytes.length : lineEnd + 1;
    }
  }
  return undefined;
}
