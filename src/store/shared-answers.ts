/**
 * The answers that many domains share (SPF include targets, DMARC records of parents), kept on
 * change only. Within a run the first definitive answer to a question holds, whatever its TTL: a
 * later one is dropped here, and what a resumed run has already seen is given back to its cache.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { Answer } from '../dns/talk.ts';
import type { SharedAnswer } from '../survey/ports.ts';
import { hash53 } from './hash.ts';
import type { TextWriter } from './texts.ts';

/** Definitive outcomes by stored index; append only. */
const OUTCOMES = ['noerror', 'nodata', 'nxdomain'] as const;

interface QuestionRow {
  readonly id: number;
  readonly seenRunId: number;
}

interface AnswerRow {
  readonly outcome: number;
  readonly recordId: number;
}

export class SharedAnswerWriter {
  readonly #texts: TextWriter;
  readonly #find: Statement<[string, string], QuestionRow>;
  readonly #enter: Statement<[string, string, number]>;
  readonly #see: Statement<[number, number]>;
  readonly #newest: Statement<[number], AnswerRow>;
  readonly #insert: Statement<[number, number, number, number]>;

  constructor(db: Database, texts: TextWriter) {
    this.#texts = texts;
    this.#find = db.prepare(
      'SELECT id, seen_run_id AS seenRunId FROM shared_question WHERE qname = ? AND qtype = ?',
    );
    this.#enter = db.prepare(
      'INSERT INTO shared_question(qname, qtype, seen_run_id) VALUES(?, ?, ?)',
    );
    this.#see = db.prepare('UPDATE shared_question SET seen_run_id = ? WHERE id = ?');
    this.#newest = db.prepare(
      `SELECT outcome, record_id AS recordId FROM shared_answer
       WHERE question_id = ? ORDER BY run_id DESC LIMIT 1`,
    );
    this.#insert = db.prepare('INSERT INTO shared_answer VALUES(?, ?, ?, ?)');
  }

  /** To be called within the block's transaction. Answers that are not definitive are left out. */
  write(runId: number, { qname, qtype, answer }: SharedAnswer): void {
    const outcome = (OUTCOMES as readonly string[]).indexOf(answer.status);
    if (outcome < 0 || !('aliases' in answer)) return;
    const question = this.#find.get(qname, qtype);
    if (question !== undefined && question.seenRunId >= runId) return;
    const questionId = question?.id ?? Number(this.#enter.run(qname, qtype, runId).lastInsertRowid);
    if (question !== undefined) this.#see.run(runId, questionId);
    const records = answer.status === 'noerror' ? answer.records : [];
    const text = JSON.stringify([records, answer.aliases]);
    const recordId = this.#texts.idOf(text, hash53(text));
    const before = this.#newest.get(questionId);
    if (before?.outcome === outcome && before.recordId === recordId) return;
    this.#insert.run(questionId, runId, outcome, recordId);
  }
}

/**
 * The shared answers that hold in a run, by name and type. Exact for the newest run; for an older
 * one also those that were last asked before it.
 */
export function* sharedAnswersOf(db: Database, runId: number): Generator<SharedAnswer> {
  const newestRunId = db.prepare<[], number | null>('SELECT max(id) FROM run').pluck().get();
  const seenFrom = runId === newestRunId ? runId : 0;
  const rows = db
    .prepare<[number, number], [string, string, number, string]>(
      `SELECT q.qname, q.qtype, a.outcome, r.text
       FROM shared_question q
       JOIN shared_answer a ON a.question_id = q.id AND a.run_id =
         (SELECT max(run_id) FROM shared_answer WHERE question_id = q.id AND run_id <= ?)
       JOIN record r ON r.id = a.record_id
       WHERE q.seen_run_id >= ? ORDER BY q.qname, q.qtype`,
    )
    .raw()
    .iterate(runId, seenFrom);
  for (const [qname, qtype, outcome, text] of rows) {
    const [records, aliases] = JSON.parse(text) as [string[], string[]];
    yield { qname, qtype, answer: answerOf(outcome, records, aliases) };
  }
}

function answerOf(outcome: number, records: string[], aliases: string[]): Answer {
  const status = OUTCOMES[outcome] ?? 'nodata';
  return status === 'noerror' ? { status, records, aliases } : { status, aliases };
}
