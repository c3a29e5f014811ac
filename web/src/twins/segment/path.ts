/**
 * The best path through a lattice, and how much of the weight of all paths goes through each of its pieces: the twin of
 * `src/sutja/segment/path.py`, which explains it.
 */

import { PATH } from "../constants";
import type { Lattice } from "./lattice";

/** The first primitive that no piece has taken, which of those after it are taken, as bits, and the digits behind. */
interface State {
  readonly first: number;
  readonly taken: number;
  readonly count: number;
  readonly key: string;
}

/** A piece on the best path, by its place, and `share`, the part of the weight of all paths that goes this way. */
export interface Step {
  readonly place: number;
  readonly isDigit: boolean;
  readonly share: number;
}

interface Edge {
  readonly place: number;
  readonly isDigit: boolean;
  readonly start: string;
  readonly stop: string;
  readonly weight: number;
}

/** The logarithms of each piece's weight as a digit and as something else. */
export interface Weights {
  readonly digits: readonly number[];
  readonly others: readonly number[];
}

/** The heaviest way from the beginning of the drawing to its end; with a `length` null where none has so many digits. */
export function bestPath(lattice: Lattice, weights: Weights, length: number | null): Step[] | null {
  const edges = edgesOf(lattice, weights, length);
  const [start, end] = [stateOf(0, 0, 0).key, stateOf(lattice.size, 0, length ?? 0).key];
  const ahead = sums(edges, start);
  const behind = sums(edges.map(turned).toReversed(), end);
  const total = ahead.get(end);
  if (total === undefined) return null;
  return heaviest(edges, start, end).map(({ place, isDigit, start: from, stop, weight }) => {
    const through = (ahead.get(from) ?? -Infinity) + weight + (behind.get(stop) ?? -Infinity);
    return { place, isDigit, share: Math.exp(Math.min(0, through - total)) };
  });
}

function stateOf(first: number, taken: number, count: number): State {
  return { first, taken, count, key: `${first} ${taken} ${count}` };
}

/** All steps that can be taken from the beginning, in an order in which none comes before its start. */
function edgesOf({ size, pieces }: Lattice, { digits, others }: Weights, length: number | null): Edge[] {
  const edges: Edge[] = [];
  const origin = stateOf(0, 0, 0);
  const waiting = Array.from({ length: size + 1 }, () => new Map<string, State>());
  waiting[0]?.set(origin.key, origin);
  for (let first = 0; first < size; first += 1) {
    const starting = pieces.flatMap(({ places }, place) => (places[0] === first ? [{ places, place }] : []));
    for (const start of ordered([...(waiting[first]?.values() ?? [])])) {
      for (const { places, place } of starting) {
        for (const isDigit of [true, false]) {
          const stop = after(start, places, isDigit && length !== null ? 1 : 0);
          if (!stop || stop.count > (length ?? 0)) continue;
          edges.push({ place, isDigit, start: start.key, stop: stop.key, weight: (isDigit ? digits : others)[place] ?? 0 });
          waiting[stop.first]?.set(stop.key, stop);
        }
      }
    }
  }
  return edges;
}

function ordered(states: readonly State[]): State[] {
  return states.toSorted((one, other) => one.taken - other.taken || one.count - other.count);
}

/** The state after a piece with the first primitive left and so many digits; null where one is taken. */
function after({ first, taken, count }: State, places: readonly number[], digits: number): State | null {
  const wanted = places.slice(1).reduce((bits, place) => bits + 2 ** (place - first - 1), 0);
  if (wanted & taken) return null;
  let [next, left] = [first + 1, taken | wanted];
  for (; left & 1; left >>= 1) next += 1;
  return stateOf(next, left >> 1, count + digits);
}

function turned(edge: Edge): Edge {
  return { ...edge, start: edge.stop, stop: edge.start };
}

/** The logarithm of the weight of all ways from the origin to each state. */
function sums(edges: readonly Edge[], origin: string): Map<string, number> {
  const found = new Map([[origin, 0]]);
  for (const { start, stop, weight } of edges) {
    const here = found.get(start);
    if (here !== undefined) found.set(stop, logSum(found.get(stop) ?? -Infinity, here + weight));
  }
  return found;
}

function logSum(one: number, other: number): number {
  const high = Math.max(one, other);
  return high > -Infinity ? high + Math.log1p(Math.exp(Math.min(one, other) - high)) : high;
}

function heaviest(edges: readonly Edge[], start: string, end: string): Edge[] {
  const best = new Map<string, { weight: number; edge: Edge | null }>([[start, { weight: 0, edge: null }]]);
  for (const edge of edges) {
    const weight = (best.get(edge.start)?.weight ?? -Infinity) + edge.weight;
    if (weight > (best.get(edge.stop)?.weight ?? -Infinity) + PATH.TIE) best.set(edge.stop, { weight, edge });
  }
  const path: Edge[] = [];
  for (let last = best.get(end)?.edge; last; last = best.get(last.start)?.edge) path.push(last);
  return path.toReversed();
}
