/**
 * Shapley values of a game: what each player adds, averaged over all orders in which players can come.
 *
 *     φ_i = Σ_{S ∌ i} |S|! (n − |S| − 1)!/n! · (v(S ∪ i) − v(S)),   Σ_i φ_i = v(all) − v(none)
 *
 * Shapley, A value for n-person games, in Contributions to the Theory of Games II, Princeton University Press, 1953.
 *
 * @param value  by coalition, [2^players]: bit i of the place says whether player i is in it
 * @returns [players]
 */
export function shapleyValues(players: number, value: ArrayLike<number>): Float64Array {
  requireCoalitions(players, value);
  const out = new Float64Array(players);
  const weights = weightsBySize(players);
  for (let coalition = 0; coalition < value.length; coalition++) {
    const weight = weights[bitsOf(coalition)] ?? 0;
    for (let player = 0; player < players; player++) {
      const bit = 1 << player;
      if (coalition & bit) continue;
      out[player] = (out[player] ?? 0) + weight * (at(value, coalition | bit) - at(value, coalition));
    }
  }
  return out;
}

/**
 * Shapley interaction index of each pair of players: how much more they add together than each by itself, averaged over what the others do.
 *
 *     I_ij = Σ_{S ∌ i,j} |S|! (n − |S| − 2)!/(n − 1)! · (v(S ∪ ij) − v(S ∪ i) − v(S ∪ j) + v(S))
 *
 * Grabisch & Roubens, Int J Game Theory 28:547–565, 1999.
 *
 * @param value  as of `shapleyValues`
 * @returns symmetric with a zero diagonal, row-major, [players, players]
 */
export function shapleyInteractions(players: number, value: ArrayLike<number>): Float64Array {
  requireCoalitions(players, value);
  const out = new Float64Array(players * players);
  const weights = weightsBySize(players - 1);
  for (let coalition = 0; coalition < value.length; coalition++) {
    const weight = weights[bitsOf(coalition)] ?? 0;
    for (let i = 0; i < players; i++)
      for (let j = i + 1; j < players; j++) {
        const [one, other] = [1 << i, 1 << j];
        if (coalition & (one | other)) continue;
        const both = at(value, coalition | one | other) - at(value, coalition | one);
        const added = weight * (both - at(value, coalition | other) + at(value, coalition));
        out[i * players + j] = (out[i * players + j] ?? 0) + added;
        out[j * players + i] = out[i * players + j] ?? 0;
      }
  }
  return out;
}

/** Share of the orders of n players in which exactly the coalition of a size comes before one player, |S|! (n − |S| − 1)!/n!, by |S|. */
function weightsBySize(players: number): Float64Array {
  const weights = new Float64Array(players);
  let choices = 1;
  for (let size = 0; size < players; size++) {
    weights[size] = 1 / (players * choices);
    choices *= (players - 1 - size) / (size + 1);
  }
  return weights;
}

function bitsOf(coalition: number): number {
  let bits = 0;
  for (let rest = coalition; rest > 0; rest &= rest - 1) bits++;
  return bits;
}

const at = (value: ArrayLike<number>, coalition: number): number => value[coalition] ?? Number.NaN;

/** Coalitions are bits of a 32-bit number, and all are visited. */
const MOST_PLAYERS = 20;

function requireCoalitions(players: number, { length }: ArrayLike<number>): void {
  if (!Number.isInteger(players) || players < 1 || players > MOST_PLAYERS || length !== 2 ** players) {
    throw new RangeError(`${length} values for ${players} players, expected 2^players of 1 to ${MOST_PLAYERS}`);
  }
}
