import test from 'ava';
import { COLOUR, contrast, PAPER, TEXT_COLOUR } from '../../cohorts/report/palette.ts';
import { STYLE } from '../../cohorts/report/style.ts';

test('black on white has a contrast of 21, a colour on itself of 1', (t) => {
  t.is(contrast('#000000', '#ffffff'), 21);
  t.is(contrast('#d55e00', '#d55e00'), 1);
});

test('every colour of words has a contrast of 4.5 and more on everything that it stands on', (t) => {
  for (const [name, colour] of Object.entries(TEXT_COLOUR))
    for (const [paper, background] of Object.entries(PAPER)) {
      const found = contrast(colour, background);
      t.true(found >= 4.5, `${name} on ${paper}: ${found.toFixed(2)}`);
    }
  t.true(contrast(COLOUR.ink, PAPER.wash) >= 4.5);
});

test('marks that stand for a sex or an estimate have a contrast of 3 and more on the page', (t) => {
  for (const name of ['women', 'men', 'single', 'second', 'ink', 'muted'] as const) {
    t.true(contrast(COLOUR[name], PAPER.page) >= 3, `${name}: ${contrast(COLOUR[name], PAPER.page).toFixed(2)}`);
  }
});

test('the style sheet has no colour of words but the palette’s', (t) => {
  const used = [...STYLE.matchAll(/[^-]\bcolor:\s*(#[0-9a-f]{3,6})/gi)].map(([, colour]) => colour);
  t.deepEqual(used, []);
});
