import test from 'ava';
import { compactPaths } from '../../cohorts/report/compactPaths.ts';

/** The corners of a path of `M x,y` or `M x y` and steps. */
function corners(path: string): [number, number][] {
  const out: [number, number][] = [];
  for (const [, command, rest] of path.matchAll(/([MLl])([^MLl]*)/g)) {
    const numbers = [...(rest ?? '').matchAll(/-?\d*\.?\d+/g)].map(Number);
    for (let at = 0; at < numbers.length; at += 2) {
      const [x = 0, y = 0] = [numbers[at], numbers[at + 1]];
      const [lastX, lastY] = command === 'l' ? (out.at(-1) ?? [0, 0]) : [0, 0];
      out.push([lastX + x, lastY + y]);
    }
  }
  return out;
}

const wave = Array.from(
  { length: 400 },
  (_, at) => [at * 0.47, 60 - 50 * Math.exp(-(((at - 150) / 25) ** 2))] as const,
);
const svg = `<svg><path d="M${wave.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join('L')}"/></svg>`;
const short = compactPaths(svg);

test('a line of hundreds of points becomes a third of its bytes and less', (t) => {
  t.true(short.length < svg.length / 3, `${short.length} of ${svg.length} bytes`);
});

test('no point of the line lies further than 0.15 units from the shortened one', (t) => {
  const line = corners(/ d="([^"]*)"/.exec(short)?.[1] ?? '');
  t.true(line.length > 10);
  const distance = ([x, y]: readonly [number, number]) => {
    let nearest = Infinity;
    for (let at = 1; at < line.length; at++) {
      const [[ax, ay], [bx, by]] = [line[at - 1] ?? [0, 0], line[at] ?? [0, 0]];
      const [dx, dy] = [bx - ax, by - ay];
      const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      nearest = Math.min(nearest, Math.hypot(x - ax - along * dx, y - ay - along * dy));
    }
    return nearest;
  };
  const worst = Math.max(...wave.map(distance));
  t.true(worst < 0.15, `${worst.toFixed(3)} units`);
});

test('breaks of a line stay breaks, and paths of other commands stay as they are', (t) => {
  t.is(compactPaths('<path d="M0,0L1,1M5,5L6,7"/>'), '<path d="M0 0l1 1M5 5l1 2"/>');
  t.is(compactPaths('<path d="M0,0H10V5"/>'), '<path d="M0,0H10V5"/>');
});
