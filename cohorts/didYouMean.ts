/**
 * The candidate nearest to a mistyped word, or null when none is near.
 *
 * Near is a Damerau–Levenshtein distance (optimal string alignment, letter case ignored) of at most a third of the word's length and
 * at least 1; ties go to the candidate that stands first. A candidate that the word begins with, or that begins with it, is near too (`height` for `height_cm`).
 */
export function didYouMean(word: string, candidates: readonly string[]): string | null {
  const wanted = word.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let nearest: string | null = null;
  let nearestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = alignmentDistance(wanted, candidate.toLowerCase());
    if (distance < nearestDistance) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  return nearest ?? candidates.find((candidate) => extendsWord(wanted, candidate.toLowerCase())) ?? null;
}

/** `; did you mean "pmjs"?`, or nothing. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const nearest = didYouMean(word, candidates);
  return nearest === null ? '' : `; did you mean "${nearest}"?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function alignmentDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      let best = Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

function extendsWord(word: string, candidate: string): boolean {
  return word.length >= 3 && candidate.length >= 3 && (candidate.startsWith(word) || word.startsWith(candidate));
}
