import test from 'ava';
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { TwinError } from '../../twin/errors.ts';
import { readEcg } from '../../twin/formats/index.ts';
import {
  child,
  childrenOf,
  firstElement,
  numberIn,
  plainContent,
  readXmlTree,
  textOf,
} from '../../twin/formats/xmlTree.ts';
import { aecgXml, bytesOf, cardioSoftXml, EIGHT, museXml, philipsXml, stepsOf, xliOf } from './ecgXmlWriters.ts';

const tree = (xml: string, ...names: string[]) => readXmlTree(bytesOf(xml), 'ecg.xml', new Set(names));

test('elements are kept by name, with the text between their tags; all others are passed over with what is in them', (t) => {
  const root = tree('<r><a x="1"> 12 </a><secret><a>no</a></secret><p:a xmlns:p="u"><b>3</b></p:a></r>', 'a', 'b');
  const [first, second, ...others] = childrenOf(root, 'a');
  t.deepEqual(others, []);
  t.is(first.attributes.x, '1');
  t.is(textOf(first), '12');
  t.is(textOf(first, 'b'), undefined);
  t.is(textOf(second, 'b'), '3');
  t.is(child(root, 'secret'), undefined);
});

test('an element’s content is the bytes of the file, however long', (t) => {
  const long = '7,'.repeat(1e5);
  const root = tree(`<r><a>${long}</a><a/></r>`, 'a');
  t.is(Buffer.from(childrenOf(root, 'a')[0].content).toString(), long);
  t.is(childrenOf(root, 'a')[1].content.length, 0);
});

test('comments and marks of CDATA are no content', (t) => {
  const root = tree('<r><a>1<!-- 2 <b> --><![CDATA[,3]]>&#13;&#xA;4<?x y?></a></r>', 'a');
  t.is(Buffer.from(plainContent(childrenOf(root, 'a')[0])).toString(), '1,3  4');
});

test('depth, elements, attributes and bytes are bounded, each with a sentence', (t) => {
  const fails = (xml: string): string => t.throws(() => tree(xml, 'a'), { instanceOf: TwinError })?.message ?? '';
  t.regex(fails(`<r>${'<a>'.repeat(5000)}`), /more than 100 deep/);
  t.regex(fails(`<r>${'<b>'.repeat(5000)}`), /more than 100 deep/);
  t.regex(fails(`<r>${'<a/>'.repeat(100_001)}</r>`), /more than 100000 elements/);
  t.regex(fails(`<r ${Array.from({ length: 300 }, (_, at) => `a${at}=""`).join(' ')}/>`), /more than 256 attributes/);
  t.regex(fails('<r><a></b></r>'), /line 1: not well-formed XML/);
  t.regex(fails('   '), /not well-formed|no element/);
  const large = new Uint8Array(64 * 2 ** 20 + 1);
  t.throws(() => readXmlTree(large, 'ecg.xml', new Set()), { message: /64 MB, more than the 64 MB/ });
});

test('text full of closing brackets is walked once, not once a bracket', (t) => {
  const start = process.cpuUsage().user;
  tree(`<r>${'a>'.repeat(1e6)}</r>`);
  t.true(process.cpuUsage().user - start < 5e6); // µs; looked through again at each bracket it is a hundred times that
});

test('numbers are numbers and nothing else', (t) => {
  t.deepEqual(
    ['1', ' -2.5 ', '+.5', '1e3', '', 'NaN', 'Infinity', '0x10', '1,5', '12 ms'].map((text) => numberIn(text)),
    [1, -2.5, 0.5, 1000, ...new Array(6).fill(undefined)],
  );
});

test('the first element is found behind declarations, comments that show tags, and a DOCTYPE', (t) => {
  t.is(
    firstElement(
      bytesOf('\xef\xbb\xbf<?xml version="1.0"?><!-- <svg> --><!DOCTYPE r [<!ENTITY x "<b>">]>\n<hl7:AnnotatedECG>'),
    ),
    'AnnotatedECG',
  );
  t.is(firstElement(bytesOf('<!-- never ends <a>')), undefined);
  t.is(firstElement(Uint8Array.from(Buffer.from('\ufeff<?xml?><restingecgdata>', 'utf16le'))), 'restingecgdata');
});

const steps = stepsOf(EIGHT, 30);
const FILES: Readonly<Record<string, string>> = {
  CardioSoft: cardioSoftXml(steps, steps),
  MUSE: museXml(steps, steps),
  Philips: philipsXml(xliOf(new Array(12).fill(steps.I)).toString('base64'), 30),
  aECG: aecgXml(steps, steps),
};

test('an XML file is read by its first element, whatever its ending, compressed or not', (t) => {
  for (const [name, xml] of Object.entries(FILES)) {
    const expected = readEcg('ecg.xml', bytesOf(xml), () => undefined);
    t.true(expected.leads.length >= 8, name);
    t.deepEqual(
      readEcg('export', bytesOf(xml), () => undefined),
      expected,
      name,
    );
    t.deepEqual(
      readEcg('ECG.XML.gz', gzipSync(bytesOf(xml)), () => undefined),
      expected,
      name,
    );
  }
});

test('an unknown first element is named with the four that are known; other content under .xml as what it is', (t) => {
  const fails = (file: string, bytes: Uint8Array): string =>
    t.throws(() => readEcg(file, bytes, () => undefined), { instanceOf: TwinError })?.message ?? '';
  const unknown = fails('ecg.xml', bytesOf('<svg/>'));
  t.regex(unknown, /^ecg\.xml: the content is XML \(svg\)/);
  for (const root of ['CardiologyXML', 'RestingECG', 'restingecgdata', 'AnnotatedECG'])
    t.true(unknown.includes(`<${root}>`));
  t.regex(
    fails('ecg.xml', bytesOf('time_ms,I_mV\n0,1\n')),
    /the ending says CardioSoft XML or .*, the content is plain text/,
  );
  t.regex(fails('ecg.xml', new Uint8Array()), /^ecg\.xml: /);
  t.regex(
    fails('ecg.csv', bytesOf(FILES.MUSE)),
    /the ending says ECG table, the content is XML \(RestingECG\); rename it to \.xml/,
  );
});

test('an export that was damaged anywhere is read or refused in a sentence, and tells nothing of people', (t) => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
  for (const [name, xml] of Object.entries(FILES)) {
    fc.assert(
      fc.property(damage, fc.option(fc.nat()), (places, cut) => {
        const bytes = bytesOf(xml);
        for (const [place, byte] of places) bytes[place % bytes.length] = byte;
        try {
          readEcg('ecg.xml', cut === null ? bytes : bytes.subarray(0, cut % bytes.length), () => undefined);
        } catch (error) {
          if (!(error instanceof TwinError) || error.code !== 'BadInput' || error.message.length > 900) throw error;
        }
      }),
      { numRuns: 250 },
    );
    t.pass(name);
  }
});
