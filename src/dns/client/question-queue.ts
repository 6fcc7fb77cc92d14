/**
 * Questions that wait to be asked: new ones in the order they came, and those to be asked again in
 * the order they failed. Each kind has every second turn while both wait, so that neither the retries
 * of many dead names nor an endless list can keep the other from being asked.
 */
import { type OpenQuestion, QuestionList } from './open-question.ts';

export class QuestionQueue {
  readonly #fresh = new QuestionList();
  readonly #again = new QuestionList();
  #isTurnOfAgain = true;

  get size(): number {
    return this.#fresh.size + this.#again.size;
  }

  /** Whose turn it is; stays the same until it is removed, or a question comes that goes before. */
  get first(): OpenQuestion | undefined {
    return this.#isTurnOfAgain
      ? (this.#again.first ?? this.#fresh.first)
      : (this.#fresh.first ?? this.#again.first);
  }

  /** The new question whose turn is next, whoever else has one. */
  get firstFresh(): OpenQuestion | undefined {
    return this.#fresh.first;
  }

  push(question: OpenQuestion): void {
    this.#listOf(question).push(question);
  }

  /** Before all others of its kind. */
  unshift(question: OpenQuestion): void {
    this.#listOf(question).unshift(question);
  }

  remove(question: OpenQuestion): void {
    this.#listOf(question).remove(question);
    this.#isTurnOfAgain = !this.#isTurnOfAgain;
  }

  /** As `QuestionList.takeOverdue`. */
  takeOverdue(nowMs: number, overdue: OpenQuestion[]): number {
    return Math.min(
      this.#again.takeOverdue(nowMs, overdue),
      this.#fresh.takeOverdue(nowMs, overdue),
    );
  }

  #listOf(question: OpenQuestion): QuestionList {
    return question.tries === 0 ? this.#fresh : this.#again;
  }
}
