import test from 'ava';
import { contentKind } from '../../twin/formats/contentKind.ts';

const at = (offset: number, text: string): Uint8Array => {
  const bytes = new Uint8Array(offset + text.length + 10);
  bytes.set(Buffer.from(text, 'latin1'), offset);
  return bytes;
};

test('a file is told by its first bytes', (t) => {
  t.is(contentKind(new Uint8Array()), 'empty');
  t.is(contentKind(at(0, '\x1f\x8b\x08')), 'gzip');
  t.is(contentKind(at(344, 'n+1\0')), 'nifti');
  t.is(contentKind(at(128, 'DICM')), 'dicom');
  t.is(contentKind(Buffer.from('\xef\xbb\xbf <?xml version="1.0"?>', 'latin1')), 'xml');
  t.is(contentKind(Buffer.from('405\n0 0 0\n')), 'text');
  t.is(contentKind(Buffer.from('time_ms,I_µV\n')), 'text');
  t.is(contentKind(at(0, '\x01\x02')), 'binary');
});
