/**
 * What metrics are called and count, by language. Pure data; the ids are public and stay as they are.
 * The English meanings are those of the generated documentation.
 */
import type { DenominatorId } from '../../statistics/denominators.ts';
import { MEASURE_MEANINGS } from '../../statistics/measure-meanings.ts';
import { DENOMINATOR_MEANINGS_JA } from './denominators-ja.ts';
import type { Language } from './language.ts';
import { TEXTS, wordFor } from './text-catalogue.ts';

const MEANINGS_JA: Readonly<Record<string, string>> = {
  population: '調査したドメインの内訳',
  protected: '適用されるDMARCポリシーが厳格に強制され、SPFが開放されていない（両方が判明）',
  protected_reject: '保護済みで、実効ポリシーが reject',
  ready: '評価できるSPFがあり、DMARCがない（あと1レコード）',
  'nonsending.null_mx': 'null MX のみ',
  'nonsending.spf_deny': '`v=spf1 -all` のみ',
  'nonsending.dmarc_reject': '実効 reject（サブドメインを含む）',
  'nonsending.locked_full': '3つすべて',
  'nonsending.locked_send': 'SPFとDMARCの防御（null MX の有無を問わない）',
  'nonsending.open': '3つのいずれもなし',
  'mx.class': 'MXレコード集合の分類',
  'mx.errors': 'MX取得失敗の種別',
  'spf.adoption': 'SPFレコードが1つで、評価できる',
  'spf.published': 'v=spf1 レコードが1つ以上',
  'spf.all': 'redirect 適用後のレコード末尾の all',
  'spf.permerror': '評価が必ず permerror になるレコード（理由別）',
  'spf.exact_deny': '`v=spf1 -all` のみ',
  'spf.open': '+all で終わる、または ip4 がIPv4の半分以上を許可',
  'spf.lax': '10万個を超えるIPv4アドレスを許可',
  'spf.class': 'SPFレコード集合の分類',
  'spf.errors': 'SPF取得失敗の種別',
  'dmarc.adoption': '自身の有効なDMARCレコードがちょうど1つ',
  'dmarc.adoption_own': '`dmarc.adoption` と同じ（`dmarc.adoption_effective` との対比用）',
  'dmarc.adoption_effective': '自身または継承したDMARCポリシーが適用される',
  'dmarc.published': '自身の v=DMARC1 レコードが1つ以上（有効性を問わない）',
  'dmarc.breakdown': '公開されたポリシー。`error` は使用できないレコード',
  'dmarc.policy': '公開されたポリシー（p の欠落は none）',
  'dmarc.enforce_published': 'p が quarantine または reject',
  'dmarc.enforce_strict':
    'reject、または全メールの quarantine。サブドメインで弱まらず、テストモードでない',
  'dmarc.enforced_of': '同上、全ドメインに対する割合',
  'dmarc.policy_effective': 'テストモード（t=y は1段階弱める）適用後のポリシー',
  'dmarc.rua': '有効な rua URI が1つ以上',
  'dmarc.ruf': '有効な ruf URI が1つ以上',
  'dmarc.silent': 'rua・ruf のどちらもない',
  'dmarc.policy_silent': 'rua・ruf のどちらもない（ポリシー別）',
  'dmarc.p_missing': '有効な p がなく、none とみなす',
  'dmarc.pct_partial': 'pct が100未満',
  'dmarc.t_y': 'テストモード（t=y）',
  'dmarc.sp_weaker': 'サブドメインの実効ポリシーが p より弱い',
  'dmarc.np_set': '有効な np',
  'dmarc.strict_alignment': 'adkim=s または aspf=s',
  'dmarc.psl_differs': 'RFC 7489（Public Suffix List）では読みが異なる',
  'dmarc.class': '適用されるポリシーの分類',
  'dmarc.errors': 'DMARC取得失敗の種別',
};

/** One line on what the metric counts; its id where there is none. */
export function measureMeaning(metric: string, language: Language): string {
  const meanings = language === 'ja' ? MEANINGS_JA : MEASURE_MEANINGS;
  // In a list of its own it must not say "the same" of a line that is not above it.
  const id = metric === 'dmarc.enforced_of' ? 'dmarc.enforce_strict' : metric;
  const meaning = Object.hasOwn(meanings, id) ? meanings[id] : undefined;
  return meaning?.replaceAll('`', '') ?? metric;
}

/** With the word that the page uses for what is counted. */
const DENOMINATORS_EN: Readonly<Record<DenominatorId, string>> = {
  existing: 'domains that exist (not NXDOMAIN at the apex) and gave an answer to the check',
  mail: 'existing domains with at least one exchange that is not the null MX',
  no_mail: 'existing domains with a null MX or without MX',
  measured_mx: 'domains asked whose MX question got a definitive answer',
  measured_spf: 'domains asked whose SPF questions got a definitive answer',
  measured_dmarc: 'domains asked whose DMARC questions got a definitive answer',
  attempted: 'domains that were asked',
  targets: 'unique valid domains of the lists that the run is to ask',
  spf_any: 'existing domains with at least one v=spf1 record',
  spf_valid: 'existing domains with exactly one SPF record that can be evaluated',
  dmarc_any: 'existing domains with at least one v=DMARC1 record at their own _dmarc name',
  dmarc_valid: 'existing domains with exactly one usable DMARC record of their own',
};

/** As a title says it: `of existing domains`. */
const DENOMINATOR_NAMES_EN: Readonly<Record<DenominatorId, string>> = {
  existing: 'existing domains',
  mail: 'mail domains (MX)',
  no_mail: 'domains without mail',
  measured_mx: 'domains with a known MX',
  measured_spf: 'domains with a known SPF',
  measured_dmarc: 'domains with a known DMARC',
  attempted: 'domains asked',
  targets: 'all target domains',
  spf_any: 'domains with an SPF record',
  spf_valid: 'usable SPF records',
  dmarc_any: 'domains with a DMARC record',
  dmarc_valid: 'usable DMARC records',
};

/** What a measure is called in a title, with its denominator. */
export function measureTitle(
  metric: string,
  className: string,
  id: DenominatorId,
  language: Language,
): string {
  const words = TEXTS[language];
  const name = wordFor(words.metrics, metric) ?? metric;
  const denominators = language === 'ja' ? words.denominators : DENOMINATOR_NAMES_EN;
  return words.measureOf(className === '' ? name : `${name} ${className}`, denominators[id]);
}

export function denominatorMeaning(id: DenominatorId, language: Language): string {
  return language === 'ja' ? DENOMINATOR_MEANINGS_JA[id] : DENOMINATORS_EN[id];
}
