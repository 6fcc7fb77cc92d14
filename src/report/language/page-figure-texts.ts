/** The words of the HTML report's figures and tables of one night. Pure data. */
import type { Texts } from './language.ts';

export const PAGE_FIGURE_TEXTS = {
  policy: { en: 'DMARC policy', ja: 'DMARCポリシー' },
  policyFigure: {
    en: 'What published DMARC records ask for',
    ja: '公開されたDMARCレコードのポリシー',
  },
  policyNote: {
    en: 'error: records that cannot be used (invalid {invalid}, several {multiple}, a parent applies {other}). Failed look-ups are not among the 100 %.',
    ja: 'error：使用できないレコード（不正{invalid}、複数{multiple}、上位を適用{other}）。取得の失敗は100%に含めない。',
  },
  policyUnit: { en: 'domains with a record', ja: 'レコードあり' },
  policyNothing: {
    en: 'No existing domain publishes a DMARC record.',
    ja: 'DMARCレコードを公開する存在ドメインはない。',
  },
  withoutRua: { en: 'without rua', ja: 'うち rua なし' },
  silent: { en: 'neither rua nor ruf', ja: 'うち rua・ruf なし' },

  known: { en: 'Domains known to have had DMARC', ja: 'DMARC導入が既知のドメイン' },
  knownFigure: {
    en: 'Policy of domains known to have had DMARC (IIR Vol. 35, Fig. 6)',
    ja: 'DMARC導入が既知のドメインのポリシー（IIR Vol. 35 図6）',
  },
  knownNote: {
    en: 'Known by: {source}. Only here is error inside the 100 %: failed look-ups, records that are gone or cannot be used. Not comparable with the other figures.',
    ja: '既知の根拠：{source}。取得の失敗・消滅・使用できないレコードを error として100%に含めるのはこの図だけで、他の図とは比較できない。',
  },
  knownUnit: { en: 'domains', ja: 'ドメイン' },
  knownParts: { en: 'Parts of error', ja: 'error の内訳' },

  bySegment: { en: 'By {segment}', ja: '{by}' },
  segmentTld: { en: 'top-level domain', ja: 'TLD' },
  segmentRegistry: { en: 'registry type', ja: '組織種別' },
  segmentRank: { en: 'rank', ja: '順位' },
  segmentList: { en: 'list', ja: 'リスト' },
  segmentMx: { en: 'mail operator (MX)', ja: 'メール事業者(MX)' },
  segmentRua: { en: 'report receiver (rua)', ja: 'レポート送付先(rua)' },
  segmentOperatorNote: {
    en: 'By host name: a fingerprint, not a market share.',
    ja: 'ホスト名による分類であり、市場占有率ではない。',
  },
  segmentUnranked: { en: 'no rank', ja: '順位なし' },
  segmentTotal: { en: 'all', ja: '全体' },
  rankFigure: { en: 'DMARC adoption by {segment}', ja: '{by}のDMARC導入率' },
  rankFigureSpf: { en: 'SPF adoption by {segment}', ja: '{by}のSPF導入率' },
  rankNoteBounds: {
    en: 'Line: bounds left open by domains without an answer.',
    ja: '横線：測定不可のドメインにより取りうる範囲。',
  },
  rankNoteInterval: { en: 'Line: 95 % interval of the sample.', ja: '横線：標本の95%信頼区間。' },
  rankLowN: {
    en: 'Hollow and last: fewer than {count} domains, which says little.',
    ja: '白抜き・末尾：{count}ドメイン未満の参考値。',
  },
  splitFigure: { en: 'DMARC by {segment}', ja: '{by}のDMARCポリシー' },
  splitNote: {
    en: 'Existing domains with a known DMARC answer; error: records that cannot be used.',
    ja: 'DMARCの回答が判明した存在ドメイン。error：使用できないレコード。',
  },
  moreSegments: {
    en: '{count} more with {domains} domains are in metrics.csv.',
    ja: 'ほか{count}区分（{domains}ドメイン）は metrics.csv に収録。',
  },

  spf: { en: 'SPF', ja: 'SPF' },
  spfFigure: { en: 'How usable SPF records end', ja: '有効なSPFレコードの末尾' },
  spfErrors: { en: 'permerror, of {count} published', ja: 'permerror（公開{count}件中）' },
  spfNote: {
    en: 'After redirect; permerror: records that no receiver can evaluate to the end.',
    ja: 'redirect 適用後。permerror：受信側が評価を完了できないレコード。',
  },
  spfNothing: {
    en: 'No existing domain publishes an SPF record.',
    ja: 'SPFレコードを公開する存在ドメインはない。',
  },
  spfFacts: { en: 'Of published SPF records', ja: '公開されたSPFレコードの特徴' },
  noAll: { en: 'no all', ja: 'all なし' },
  spfStrict: { en: '-all (fail)', ja: '-all (拒否)' },
  spfSoft: { en: '~all (softfail)', ja: '~all (弱い拒否)' },
  spfNeutral: { en: '?all (neutral)', ja: '?all (中立)' },
  spfPass: { en: '+all (everybody)', ja: '+all (全許可)' },
  spfNoAll: { en: 'no all (neutral)', ja: 'all なし (中立)' },

  records: { en: 'Quality of DMARC records', ja: 'DMARCレコードの品質' },
  recordsFigure: { en: 'What usable DMARC records say', ja: '有効なDMARCレコードの内容' },
  recordsSilent: { en: 'neither rua nor ruf', ja: 'rua・ruf なし' },
  recordsNote: {
    en: 'Each bar is a share of its own; they do not add up.',
    ja: '各棒は独立した割合であり、合計は100%にならない。',
  },
  pslDiffers: {
    en: 'RFC 7489 with the Public Suffix List reads {count} existing domains otherwise.',
    ja: 'RFC 7489（Public Suffix List）では{count}の存在ドメインで読みが異なる。',
  },

  mx: { en: 'MX', ja: 'MX' },
  mxFigure: { en: 'MX of existing domains', ja: '存在ドメインのMX' },

  nonSending: { en: 'Domains that send no mail', ja: '送信しないドメイン' },
  nonSendingFigure: {
    en: 'Locks of domains without mail',
    ja: 'MXのないドメインの防御の組み合わせ',
  },
  nonSendingNote: {
    en: 'A filled dot: the lock is there. DMARC reject holds for subdomains too.',
    ja: '塗りつぶし：設定あり。DMARC reject はサブドメインにも有効なもの。',
  },
  lockNullMx: { en: 'null MX', ja: 'null MX' },
  lockSpf: { en: 'v=spf1 -all', ja: 'v=spf1 -all' },
  lockDmarc: { en: 'DMARC reject', ja: 'DMARC reject' },
  lockedFull: { en: 'all three', ja: '3つすべて' },
  lockedSend: { en: 'SPF and DMARC', ja: 'SPFとDMARC' },
  unlocked: { en: 'none of them', ja: 'いずれもなし' },
  yes: { en: 'yes', ja: 'あり' },
  no: { en: 'no', ja: 'なし' },

  unmeasured: { en: 'Not measured', ja: '測定不可' },
  unmeasuredFigure: {
    en: 'Look-ups without a definitive answer',
    ja: '確定した回答のない問い合わせ',
  },
  unmeasuredNote: {
    en: 'A failed look-up is never “no record”: it is outside every share and widens the bounds.',
    ja: '取得の失敗は「レコードなし」ではない。どの割合にも含めず、取りうる範囲を広げる。',
  },
  unmeasuredNothing: {
    en: 'Every question was answered definitively.',
    ja: 'すべての問い合わせに確定した回答があった。',
  },
  firstPass: { en: 'first pass', ja: '再試行前' },
  final: { en: 'final', ja: '最終' },
  existence: { en: 'existence', ja: '存在確認' },

  method: { en: 'How to read the figures', ja: '図表の読み方' },
  methodShare: {
    en: 'A share is numerator over denominator, and the denominator is named. A share over nothing is not printed as 0.',
    ja: '割合は必ず分子と分母を示し、分母の名称を付す。分母が0の割合は0とせず、表示しない。',
  },
  methodBounds: {
    en: 'Bounds: with x of D and u domains without an answer that might belong, the share lies between x / (D + u) and (x + u) / (D + u). For a census this is the uncertainty; there is no sampling error.',
    ja: '取りうる範囲：D件中x件、属する可能性のある測定不可u件のとき、真の割合は x/(D+u) と (x+u)/(D+u) の間にある。全数調査の不確かさはこれであり、標本誤差はない。',
  },
  methodInterval: {
    en: '95 % CI: Wilson with finite-population correction for a sample; while a run is not complete, from the spread between its randomly ordered blocks.',
    ja: '95%信頼区間：標本は有限母集団修正付きWilson法。未完了の調査は、無作為順のブロック間のばらつきによる。',
  },
  methodPercent: {
    en: 'Percentages of a breakdown are rounded by the largest remainder, so that they add to 100.0.',
    ja: '内訳の百分率は最大剰余法で丸め、合計は100.0となる。',
  },
  methodSignal: {
    en: 'The figures describe what is published in DNS, not what receivers do with it.',
    ja: '数値はDNSに公開された内容であり、受信側の動作ではない。',
  },
  denominators: { en: 'Denominators', ja: '母数（分母）の定義' },
  metrics: { en: 'Measures', ja: '指標の定義' },
  notMeasured: { en: 'What is not measured', ja: '測定していないもの' },
  notDkim: {
    en: 'DKIM: it cannot be surveyed from outside without knowing selectors.',
    ja: 'DKIM：セレクタを知らずに外部から調査することはできない。',
  },
  notVantage: {
    en: 'One vantage point and the resolvers named: what they cannot reach is unknown here.',
    ja: '観測点は1か所、上記のリゾルバのみ。そこから届かないものは不明となる。',
  },
  notVoids: {
    en: 'SPF: targets of a, mx and exists were not asked (--spf-voids does).',
    ja: 'SPF：a、mx、exists の先は調べていない（--spf-voids で調査）。',
  },
  notMacros: {
    en: 'SPF look-ups are the worst case over all senders; terms with sender macros are counted, not followed.',
    ja: 'SPFの参照回数は全送信者の最悪値。送信者マクロを含む項は数えるが追跡しない。',
  },
  notCut: {
    en: 'Nothing was asked below a domain that does not exist (RFC 8020).',
    ja: '存在しないドメインの下位は調べていない（RFC 8020）。',
  },
  id: { en: 'id', ja: 'ID' },
  definition: { en: 'definition', ja: '定義' },

  denominatorNote: { en: 'n={n} ({id}: {meaning}).', ja: 'n={n}（{id}：{meaning}）。' },
  idNote: { en: '{id}: {meaning}.', ja: '{id}：{meaning}。' },
  plainNote: { en: 'n={n} ({id}).', ja: 'n={n}（{id}）。' },
  table: { en: 'Table', ja: '数表' },
  class: { en: 'class', ja: '分類' },
  domains: { en: 'domains', ja: 'ドメイン数' },
  share: { en: 'share', ja: '割合' },
  measure: { en: 'measure', ja: '指標' },
  denominator: { en: 'of', ja: '母数' },
  check: { en: 'check', ja: '検査' },
  asked: { en: 'asked', ja: '調査' },
  recordsColumn: { en: 'records', ja: 'レコード' },
  enforced: { en: 'enforced', ja: '強制' },
  spfColumn: { en: 'SPF', ja: 'SPF' },
  dmarcColumn: { en: 'DMARC', ja: 'DMARC' },
  dmarcMailColumn: { en: 'DMARC with mail', ja: 'DMARC(MXあり)' },
  invalidColumn: { en: 'unusable', ja: '無効' },
  unknownColumn: { en: 'unknown', ja: '測定不可' },
  total: { en: 'total', ja: '計' },
  footer: {
    en: 'Made offline by mailcensus {version}: one file, no script, nothing is loaded from elsewhere. Method: docs/methodology.md.',
    ja: 'mailcensus {version} により作成。単一ファイルでスクリプトを含まず、外部から何も読み込まない。方法は docs/methodology.md を参照。',
  },
} as const satisfies Texts;
