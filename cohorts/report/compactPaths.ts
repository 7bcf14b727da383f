/** Coordinates are kept to a tenth of a unit, which no screen or print shows. */
const TENTHS = 10;
/** Points nearer to the straight line between their neighbours than this, in tenths, are left out. */
const FLAT = 0.6;

/**
 * Shortens the long lines of an SVG: absolute points to tenths become steps from one to the next, and points on a straight line between others are left
 * out. No drawn point moves by more than a tenth of a unit or so.
 */
export const compactPaths = (svg: string): string =>
  svg.replace(/ d="([ML\d.,-]+)"/g, (whole, path: string) => (path.includes('L') ? ` d="${shorten(path)}"` : whole));

function shorten(path: string): string {
  return path
    .split('M')
    .filter((line) => line !== '')
    .map((line) => {
      const points = line.split('L').map((pair) => pair.split(',').map((text) => TENTHS * Number(text)));
      return steps(withoutFlat(points));
    })
    .join('');
}

/** Keeps a point where leaving out all since the last kept one would move the line: each of them stays within `FLAT` of the chord. */
function withoutFlat(points: readonly (readonly number[])[]): (readonly number[])[] {
  const kept: (readonly number[])[] = points.slice(0, 1);
  let anchor = 0;
  for (let at = 2; at < points.length; at++) {
    const isStraight = points
      .slice(anchor + 1, at)
      .every((point) => chordDistance(points[anchor], points[at], point) < FLAT);
    if (isStraight) continue;
    anchor = at - 1;
    kept.push(points[anchor] ?? []);
  }
  if (points.length > 1) kept.push(points.at(-1) ?? []);
  return kept;
}

function chordDistance(
  [ax = 0, ay = 0]: readonly number[] = [],
  [bx = 0, by = 0]: readonly number[] = [],
  [x = 0, y = 0]: readonly number[] = [],
): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = Math.hypot(dx, dy);
  return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs(dx * (y - ay) - dy * (x - ax)) / length;
}

/** `M12.3 4.5l1-.2 …`: each step from where the rounded line stands, so that roundings do not add up. */
function steps(points: readonly (readonly number[])[]): string {
  let [lastX, lastY] = [0, 0];
  return points
    .map(([x = 0, y = 0], at) => {
      const [toX, toY] = [Math.round(x), Math.round(y)];
      const [dx, dy] = [tenths(toX - lastX), tenths(toY - lastY)];
      [lastX, lastY] = [toX, toY];
      const pair = `${dx}${dy.startsWith('-') ? '' : ' '}${dy}`;
      return at === 0 ? `M${pair}` : `${at === 1 ? 'l' : pair.startsWith('-') ? '' : ' '}${pair}`;
    })
    .join('');
}

const tenths = (value: number): string => String(value / TENTHS).replace(/^(-?)0\./, '$1.');
