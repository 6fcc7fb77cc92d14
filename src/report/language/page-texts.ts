/**
 * The words of the HTML report: head, banners, main results, who is counted. Pure data.
 * `page-figure-texts.ts` has those of the figures, `page-analysis-texts.ts` those of comparison and trend.
 */
import type { Texts } from './language.ts';
import { PAGE_FIGURE_TEXTS } from './page-figure-texts.ts';

export const PAGE_TEXTS = {
  languageName: { en: 'English', ja: '日本語' },
  figure: { en: 'Figure', ja: '図' },
  space: { en: ' ', ja: '' },
  title: {
    en: 'E-mail authentication survey: {list}',
    ja: '送信ドメイン認証 導入状況調査：{list}',
  },
  titleMore: { en: '{list} and {count} more', ja: '{list} ほか{count}件' },
  subtitle: {
    en: '{checks} of {count} domains, night of {date}',
    ja: '{checks}、{count}ドメイン、調査日 {date}',
  },
  skip: { en: 'Skip to the figures', ja: '本文へ移動' },
  contents: { en: 'Contents', ja: '目次' },
  facts: { en: 'What was measured', ja: '調査の概要' },
  factList: { en: 'List', ja: 'リスト' },
  factDesign: { en: 'Design', ja: '調査設計' },
  factTime: { en: 'Time', ja: '調査日時' },
  factResolvers: { en: 'Resolvers', ja: 'リゾルバ' },
  factQueries: { en: 'Queries', ja: '問い合わせ' },
  factReading: { en: 'Read by', ja: '準拠仕様' },
  factTool: { en: 'Made with', ja: '作成' },
  listNames: { en: '{count} domains', ja: '{count}ドメイン' },
  moreLists: { en: 'and {count} more lists', ja: 'ほか{count}リスト' },
  census: { en: 'census: every domain of the lists', ja: '全数調査（リストの全ドメイン）' },
  sample: {
    en: 'simple random sample: {asked} of {targets} domains, seed {seed}',
    ja: '単純無作為抽出：{targets}ドメイン中{asked}ドメイン（シード {seed}）',
  },
  stopRule: {
    en: 'to end when the 95 % interval of {metric} is {points} points or narrower to each side',
    ja: '{metric} の95%信頼区間が±{points}ポイント以内になった時点で終了',
  },
  timeSpan: { en: '{from} to {to} ({zone})', ja: '{from}〜{to}（{zone}）' },
  timeOpen: { en: 'since {from} ({zone}), not complete', ja: '{from}開始（{zone}）、未完了' },
  queries: {
    en: '{queries} queries ({each} a domain), {transport}, up to {attempts} attempts of {timeout} ms',
    ja: '{queries}件（1ドメインあたり{each}件）、{transport}、最大{attempts}回、各{timeout} ms',
  },
  suffixes: { en: 'Public Suffix List {version}', ja: 'Public Suffix List {version}' },
  tool: { en: 'mailcensus {version}, run {run}', ja: 'mailcensus {version}、実行番号 {run}' },
  bannerOpen: {
    en: 'This run is not complete: {asked} of {targets} domains were asked, in random order. Shares are estimates for the whole; bounds speak of the domains asked only.',
    ja: 'この調査は未完了：{targets}ドメイン中{asked}ドメインを調査（順序は無作為）。割合は全体に対する推定値、取りうる範囲は調査済みドメインだけのもの。',
  },
  bannerAborted: {
    en: 'A newer night has closed this run.',
    ja: '新しい調査日の開始により打ち切り。',
  },
  bannerProblem: {
    en: 'The accounting does not reconcile; these figures must not be quoted: {problem}.',
    ja: '件数が整合しない。この図表を引用しないこと：{problem}。',
  },
  bannerRefused: {
    en: '{share} of the {check} look-ups were refused by the resolver: it was measured, not the domains.',
    ja: '{check}の問い合わせの{share}がリゾルバに拒否された。測定されたのはドメインではなくリゾルバである。',
  },
  bannerUnknown: {
    en: '{share} of the domains gave no {check} answer: read the bounds before the shares.',
    ja: '{share}のドメインで{check}の回答が得られなかった。割合より先に取りうる範囲を見ること。',
  },
  bannerSynthetic: {
    en: 'Demonstration data: answered by a name server on this machine, not by the Internet.',
    ja: 'デモ用データ：インターネットではなく、この端末上のネームサーバの応答による。',
  },
  bannerNothing: { en: 'No domain was asked yet.', ja: '調査済みのドメインはまだない。' },

  headline: { en: 'Main results', ja: '主な結果' },
  tileDmarc: { en: 'DMARC adoption', ja: 'DMARC 導入率' },
  tileEnforced: { en: 'DMARC enforced', ja: '強制力のあるポリシー' },
  tileProtected: { en: 'Protected', ja: '保護済み' },
  tileSpf: { en: 'SPF adoption', ja: 'SPF 導入率' },
  tileDmarcNote: { en: 'one usable record of their own', ja: '自身の有効なレコードが1つ' },
  tileEnforcedNote: {
    en: 'reject, or quarantine of all mail; subdomains no weaker; no test mode',
    ja: 'reject または全メールの quarantine、サブドメインも同等、テストモードでない',
  },
  tileProtectedNote: {
    en: 'the applied policy is enforced and SPF is not open',
    ja: '適用ポリシーに強制力があり、SPFが開放されていない',
  },
  tileSpfNote: { en: 'one record that can be evaluated', ja: '評価できるレコードが1つ' },
  ofExisting: { en: 'of existing domains', ja: '存在ドメイン' },
  ofMail: { en: 'of mail domains (MX)', ja: 'メール利用ドメイン(MXあり)' },
  bounds: { en: 'bounds', ja: '取りうる範囲' },
  interval: { en: '95 % CI', ja: '95%信頼区間' },
  noInterval: { en: 'n/a', ja: '算出不可' },
  headlineDmarc: {
    en: 'Of {existing} existing domains {valid} ({share}) publish a usable DMARC record; {strict} of these records ({strictShare}) are strictly enforced.',
    ja: '存在する{existing}ドメインのうち{valid}ドメイン（{share}）が有効なDMARCレコードを公開し、その{strictShare}（{strict}件）が厳格に強制される。',
  },
  headlineSpf: {
    en: 'SPF is published and can be evaluated at {valid} of {existing} ({share}).',
    ja: '評価できるSPFレコードは{existing}ドメイン中{valid}ドメイン（{share}）にある。',
  },
  headlineUnknown: {
    en: '{count} domains asked ({share}) gave no definitive DMARC answer; they are in no share.',
    ja: '調査した{count}ドメイン（{share}）はDMARCの確定した回答がなく、どの割合にも含めない。',
  },
  adoptionTable: { en: 'Adoption and protection', ja: '導入と保護' },

  population: { en: 'Who is counted', ja: '対象ドメインの内訳' },
  populationFigure: {
    en: 'From list entries to domains with mail',
    ja: 'リストの行からメール利用ドメインまで',
  },
  populationNote: {
    en: 'Every bar is the part of the one above that went on; grey is what left.',
    ja: '各段は上の段から残った数、灰色はその段で外れた数。',
  },
  stageLines: { en: 'entries', ja: '行数' },
  stageTargets: { en: 'domains', ja: '対象' },
  stageAttempted: { en: 'asked', ja: '調査' },
  stageMeasured: { en: 'measured', ja: '測定' },
  stageExisting: { en: 'existing', ja: '存在' },
  stageMail: { en: 'with mail', ja: 'MXあり' },
  leftBlank: { en: 'blank or comment', ja: '空行・注釈' },
  leftRefused: { en: 'refused', ja: '除外' },
  leftDuplicate: { en: 'duplicate', ja: '重複' },
  leftNotSampled: { en: 'not in the sample', ja: '標本外' },
  leftOpen: { en: 'not asked', ja: '未調査' },
  leftUnknown: { en: 'existence unknown', ja: '存在不明(測定不可)' },
  leftNxdomain: { en: 'do not exist (NXDOMAIN)', ja: '不存在(NXDOMAIN)' },
  leftNoMail: { en: 'without mail', ja: 'MXなし・null MX' },
  leftMxUnknown: { en: 'MX unknown', ja: 'MX測定不可' },
  refusedTable: { en: 'Refused entries by reason', ja: '除外した行の理由' },
  reason: { en: 'reason', ja: '理由' },
  stage: { en: 'stage', ja: '段階' },
  part: { en: 'part', ja: '内訳' },
  onward: { en: 'onward', ja: '次の段階へ' },
  reconciles: {
    en: 'Every stage is the sum of its parts.',
    ja: 'どの段階も内訳の合計と一致する。',
  },

  ...PAGE_FIGURE_TEXTS,
} as const satisfies Texts;

export type PageTextId = keyof typeof PAGE_TEXTS;
