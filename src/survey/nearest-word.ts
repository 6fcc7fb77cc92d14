/** What a person probably meant by a word that is none of those there are. Pure. */
import { distance } from 'fastest-levenshtein';

/** Slips of a long word that still point at it; two of a short one, as two letters changed about. */
const MOST_SLIPS = 4;
/** Words are compared by no more of them, whatever is typed. */
const MAX_CHARS = 200;

/** The candidate that is fewest slips away, the first of several; undefined where none is near. */
export function nearestWord(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.slice(0, MAX_CHARS).toLowerCase();
  let best: string | undefined;
  const most = Math.min(MOST_SLIPS, Math.max(2, Math.floor(typed.length / 3)));
  let fewest = Math.min(most + 1, typed.length);
  for (const candidate of candidates) {
    const slips = distance(typed, candidate.slice(0, MAX_CHARS).toLowerCase());
    if (slips >= fewest) continue;
    fewest = slips;
    best = candidate;
  }
  return best;
}

/** For the end of a complaint: ` (did you mean X?)`, or nothing. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const nearest = nearestWord(word, candidates);
  return nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
}
