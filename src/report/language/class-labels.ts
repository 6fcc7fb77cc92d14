/** What classes are called in figures, by language. Pure data; the ids stand in the tables as they are. */
import type { Language, Text, Texts } from './language.ts';

const CLASS_LABELS = {
  absent: { en: 'no record', ja: 'レコードなし' },
  none: { en: 'none', ja: 'none(監視のみ)' },
  quarantine: { en: 'quarantine', ja: 'quarantine(隔離)' },
  reject: { en: 'reject', ja: 'reject(拒否)' },
  error: { en: 'error', ja: 'error(無効)' },
  present: { en: 'MX', ja: 'MXあり' },
  null: { en: 'null MX', ja: 'null MX' },
  null_mixed: { en: 'null MX beside others', ja: 'null MXと他の併記' },
  no_mx: { en: 'no MX', ja: 'MXなし' },
  invalid: { en: 'invalid', ja: '不正' },
  multiple: { en: 'several records', ja: '複数レコード' },
  nxdomain: { en: 'does not exist (NXDOMAIN)', ja: '不存在(NXDOMAIN)' },
  temperror: { en: 'a look-up below failed', ja: '参照先の取得失敗' },
  error_servfail: { en: 'SERVFAIL', ja: 'SERVFAIL' },
  error_refused: { en: 'refused by the resolver', ja: 'リゾルバが拒否' },
  error_timeout: { en: 'timeout', ja: 'タイムアウト' },
  error_lame: { en: 'lame delegation', ja: '委任の不整合(lame)' },
  error_network: { en: 'network', ja: 'ネットワーク' },
  error_other: { en: 'other', ja: 'その他' },
} as const satisfies Texts;

/** Of a failure in IIR Fig. 6 mode, where `error` means more. */
export const UNOBTAINABLE: Text = { en: 'error', ja: 'error(取得不可)' };

/** The label of a class; a class without one is its own. */
export function classLabel(className: string, language: Language): string {
  return Object.hasOwn(CLASS_LABELS, className)
    ? CLASS_LABELS[className as keyof typeof CLASS_LABELS][language]
    : className;
}
