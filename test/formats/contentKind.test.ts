import test from 'ava';
import { gzipSync } from 'fflate';
import { contentKind, contentName } from '../../twin/formats/contentKind.ts';

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

test('a sentence names what is inside a compressed file, and the first element of XML', (t) => {
  const image = gzipSync(at(344, 'n+1\0'));
  t.is(contentName(image), 'gzip-compressed, a NIfTI image inside');
  t.is(contentName(image.subarray(0, 12)), 'gzip-compressed');
  t.is(contentName(at(16, 'SCPECG')), 'an SCP-ECG record');
  t.is(
    contentName(Buffer.from('<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "f">]><CardiologyXML>')),
    'XML (CardiologyXML)',
  );
});
