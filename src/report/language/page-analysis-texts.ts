/** The words of the HTML report's sections on two nights and on many. Pure data. */
import type { Texts } from './language.ts';

export const PAGE_ANALYSIS_TEXTS = {
  trend: { en: 'Over time', ja: '推移' },
  trendFigure: { en: '{measure} by {segment}', ja: '{by}の{measure}' },
  trendFigureTotal: { en: '{measure}', ja: '{measure}' },
  trendNoteBounds: {
    en: 'Ribbon: bounds left open by domains without an answer.',
    ja: '帯：測定不可により取りうる範囲。',
  },
  trendNoteInterval: { en: 'Ribbon: 95 % interval of the sample.', ja: '帯：標本の95%信頼区間。' },
  trendHollow: {
    en: 'Hollow mark: a night that is not complete.',
    ja: '白抜きの印：未完了の調査日。',
  },
  trendOmitted: { en: '{count} smaller segments are left out.', ja: '小さい{count}区分は省略。' },
  trendUndrawn: {
    en: 'Only the first {count} are drawn; the table has all.',
    ja: '図は先頭{count}系列のみ、数表には全系列を収録。',
  },
  trendNights: { en: '{count} nights, {from} to {to}.', ja: '{from}〜{to}の{count}回。' },
  trendShown: {
    en: 'The table shows {shown} of {count} nights: the first, the last and evenly between.',
    ja: '数表は{count}回中{shown}回（最初・最後と等間隔）。',
  },
  cutAxis: { en: 'The axis begins at {low}, not at 0', ja: '縦軸は0ではなく{low}から' },
  night: { en: 'night', ja: '調査日' },
  change: { en: 'first to last', ja: '最初から最後まで' },

  compare: { en: 'Two nights compared', ja: '2つの調査日の比較' },
  compareIntro: {
    en: '{from} to {to}: {common} domains on both nights, {entered} entered, {left} left.',
    ja: '{from} → {to}：両日とも対象{common}ドメイン、新規{entered}、退出{left}。',
  },
  compareTable: { en: 'Changes: {measure}', ja: '変化：{measure}' },
  comparePoints: { en: 'difference (pp)', ja: '差(ポイント)' },
  compareCross: { en: 'lists as they were', ja: '各日のリスト全体' },
  comparePanel: { en: 'same domains', ja: '両日とも判明' },
  compareGained: { en: 'gained / lost', ja: '獲得 / 喪失' },
  compareComposition: { en: 'composition', ja: '構成効果' },
  compareInterval: { en: '95 % CI', ja: '95%信頼区間' },
  compareNote: {
    en: 'The difference of the lists as they were is that of the same domains plus the effect of composition: domains that entered and left. Differences are percentage points (pp).',
    ja: 'リスト全体の差は、両日とも判明したドメインの差と、新規・退出による構成効果の和。差の単位はポイント。',
  },
  compareCensus: {
    en: 'A census has no sampling error: gained and lost are exact.',
    ja: '全数調査に標本誤差はなく、獲得・喪失は実数。',
  },
  compareDriver: {
    en: '* {segment} is operator-driven: {operator} ({role}) makes {share} of the net gain.',
    ja: '* {segment}は事業者要因：{operator}（{role}）が純増の{share}。',
  },
  compareLowN: {
    en: 'Rows marked ° have fewer than {count} domains on a night.',
    ja: '° は、いずれかの日の母数が{count}ドメイン未満の参考値。',
  },
  flowFigure: { en: 'Who moved between DMARC classes', ja: 'DMARC分類間の移動' },
  flowNote: {
    en: 'From {from} (left) to {to} (right); upwards is stricter. Grey bands: domains that stayed.',
    ja: '左が{from}、右が{to}、上ほど厳格。灰色の帯は変化のなかったドメイン。',
  },
  flowCut: {
    en: 'Their width is cut to leave room for those that moved; the numbers are whole.',
    ja: '移動を見せるため灰色の帯の幅は縮めてある（件数は実数）。',
  },
  flowNothing: { en: 'No domain moved.', ja: '移動したドメインはない。' },
  flowFrom: { en: 'from \\ to', ja: '前 \\ 後' },
  flowAbsent: { en: 'no record', ja: 'レコードなし' },
  flowInvalid: { en: 'invalid', ja: '不正' },
  flowMultiple: { en: 'several records', ja: '複数レコード' },
  flowNxdomain: { en: 'does not exist', ja: '不存在' },
  flowError: { en: 'not measured', ja: '測定不可' },
  flowNotListed: { en: 'not on the list', ja: 'リスト外' },
  operators: { en: 'Operators behind the change', ja: '変化に寄与した事業者' },
  operatorsNote: {
    en: 'Part of the change of the same domains, by host name: a fingerprint, not a market share.',
    ja: '両日とも判明したドメインの差への寄与。ホスト名による分類であり、市場占有率ではない。',
  },
  operator: { en: 'operator', ja: '事業者' },
  role: { en: 'by', ja: '役割' },
  contribution: { en: 'contribution (pp)', ja: '寄与(ポイント)' },
  self: { en: 'their own', ja: '自社' },
  compareRemarks: { en: 'Before comparing', ja: '比較の前に' },
} as const satisfies Texts;

export type PageAnalysisTextId = keyof typeof PAGE_ANALYSIS_TEXTS;
