/** The words of the web page over a store (`serve`). Pure data. */
import type { Texts } from './language.ts';

export const SITE_TEXTS = {
  home: { en: 'Nights', ja: '調査日一覧' },
  homeTitle: { en: 'Survey store {store}', ja: '調査データ {store}' },
  compare: { en: 'Compare', ja: '比較' },
  trend: { en: 'Trend', ja: '推移' },
  domain: { en: 'Domain', ja: 'ドメイン' },
  other: { en: '日本語', ja: 'English' },
  navigation: { en: 'Pages', ja: 'ページ' },
  night: { en: 'Night', ja: '調査日' },
  status: { en: 'Status', ja: '状態' },
  asked: { en: 'Asked', ja: '調査済み' },
  targets: { en: 'Names', ja: '対象' },
  lists: { en: 'Lists', ja: 'リスト' },
  files: { en: 'Files', ja: 'ファイル' },
  running: { en: 'running', ja: '実行中' },
  finished: { en: 'finished', ja: '完了' },
  aborted: { en: 'aborted', ja: '打ち切り' },
  noRuns: { en: 'The store has no run yet.', ja: 'まだ調査がない。' },
  show: { en: 'Show', ja: '表示' },
  from: { en: 'From', ja: '前' },
  to: { en: 'To', ja: '後' },
  by: { en: 'Segments', ja: '区分' },
  metric: { en: 'Measure', ja: '指標' },
  name: { en: 'Domain name', ja: 'ドメイン名' },
  domainTitle: { en: 'One domain over all nights', ja: 'ドメインの履歴' },
  noHistory: {
    en: 'The store has nothing to say of {name}: it is on no list, or nothing was ever found there.',
    ja: '{name} の記録はない。リストにないか、何も見つかったことがない。',
  },
  check: { en: 'Check', ja: '項目' },
  class: { en: 'Outcome', ja: '結果' },
  record: { en: 'Records', ja: 'レコード' },
  unknown: { en: 'no answer: {reason}', ja: '測定不可：{reason}' },
  again: { en: 'answers again', ja: '応答が戻る' },
  historyNote: {
    en: 'One row for each change. Between two rows nothing changed; what stands before the first is that nothing was found.',
    ja: '変化があった調査日だけを示す。行と行の間は変化なし。最初の行より前は何も見つかっていない。',
  },
  errorTitle: { en: 'That did not work', ja: '表示できない' },
  footer: {
    en: 'mailcensus {version}. Read only; nothing leaves this machine.',
    ja: 'mailcensus {version}。読み取り専用。データはこの機械から外に出ない。',
  },
} as const satisfies Texts;

export type SiteTextId = keyof typeof SITE_TEXTS;
