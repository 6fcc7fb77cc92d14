/**
 * What each denominator counts, in Japanese, beside `DENOMINATOR_MEANINGS` in English: for
 * `report.json` and for pages in Japanese. Pure data; the ids are never translated.
 */
import type { DenominatorId } from '../../statistics/denominators.ts';

export const DENOMINATOR_MEANINGS_JA: Readonly<Record<DenominatorId, string>> = {
  existing:
    '存在するドメイン（ドメイン自身が NXDOMAIN ではないもの）のうち、対象の検査に応答が得られたもの',
  mail: '存在するドメインのうち、null MX 以外のメール交換ホスト（MX）を1つ以上持つもの',
  no_mail: '存在するドメインのうち、null MX のもの、または MX を持たないもの',
  measured_mx: '問い合わせたドメインのうち、MX の確定的な応答が得られたもの',
  measured_spf: '問い合わせたドメインのうち、SPF の確定的な応答が得られたもの',
  measured_dmarc: '問い合わせたドメインのうち、DMARC の確定的な応答が得られたもの',
  attempted: '問い合わせたドメイン',
  targets: 'リストにある有効かつ重複のないドメインのうち、問い合わせの対象としたもの',
  spf_any: '存在するドメインのうち、v=spf1 のレコードを1つ以上持つもの',
  spf_valid: '存在するドメインのうち、評価可能な SPF レコードをちょうど1つ持つもの',
  dmarc_any: '存在するドメインのうち、自身の _dmarc に v=DMARC1 のレコードを1つ以上持つもの',
  dmarc_valid: '存在するドメインのうち、自身の有効な DMARC レコードをちょうど1つ持つもの',
};
