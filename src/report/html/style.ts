/**
 * The one style sheet of the page: desk, phone, paper, light and dark. No font, image or address is
 * taken from elsewhere.
 */
import { FONTS } from '../svg/image.ts';
import { INKS, inkRules } from '../svg/palette.ts';

function variables(scheme: 'light' | 'dark'): string {
  const { text, muted, line, surface, plain, open } = INKS;
  const panel = scheme === 'light' ? '#f4f6f8' : '#1b2128';
  const warning = scheme === 'light' ? '#fff4e0' : '#3a2d14';
  return (
    `:root{--text:${text[scheme]};--muted:${muted[scheme]};--line:${line[scheme]};` +
    `--surface:${surface[scheme]};--accent:${plain[scheme]};--strong:${open[scheme]};` +
    `--panel:${panel};--warning:${warning}}`
  );
}

const BASE = `
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--surface);color:var(--text);font:1rem/1.6 ${FONTS};counter-reset:figure}
header,main,footer,nav{max-width:52rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
a{color:var(--accent)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem 1rem;z-index:1}
.brand{margin:0;color:var(--accent);font-weight:700;letter-spacing:.06em;font-size:.85rem}
h1{margin:.2rem 0;font-size:1.9rem;line-height:1.25;overflow-wrap:anywhere}
.subtitle{margin:.2rem 0 1.2rem;color:var(--muted);font-size:1.05rem}
h2{margin:3rem 0 1rem;padding-bottom:.3rem;border-bottom:2px solid var(--accent);font-size:1.4rem;line-height:1.3;overflow-wrap:anywhere}
h3{margin:1.6rem 0 .5rem;font-size:1.05rem}
.lead{font-size:1.08rem}
.note,small{color:var(--muted)}
.note{font-size:.88rem}
.banner{margin:.6rem 0;padding:.6rem .9rem;border-left:4px solid #d98a00;background:var(--warning)}
.facts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.7rem 1.6rem;margin:1.2rem 0;padding:1rem 1.2rem;background:var(--panel);font-size:.88rem}
.facts>div:first-child{grid-column:1/-1}
.facts dt{color:var(--muted);font-size:.8rem}
.facts dd{margin:0;overflow-wrap:anywhere}
nav{margin-top:1.5rem}
nav ol{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:0;padding:0;list-style:none;font-size:.92rem}
.tiles{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1rem;margin:1.2rem 0}
.tile{padding:1rem 1.2rem;background:var(--panel);border-top:3px solid var(--accent)}
.tile h3{margin:0}
.tile p{margin:.25rem 0;line-height:1.35}
.tile b{font-size:1.15rem;font-variant-numeric:tabular-nums}
.tile .big b{font-size:2.1rem;line-height:1.15}
.tile small{display:block;font-size:.82rem;font-variant-numeric:tabular-nums}
.tile .note{font-size:.8rem;margin-top:.6rem}
.meter{height:6px;margin:.5rem 0 .7rem;background:var(--line)}
.meter i{display:block;height:100%;background:var(--accent);print-color-adjust:exact}
figure{margin:1.6rem 0 2.2rem;counter-increment:figure}
figcaption{margin-bottom:.8rem;font-size:.88rem;color:var(--muted);overflow-wrap:anywhere}
figcaption strong{display:block;color:var(--text);font-size:1.02rem}
figcaption strong::before{content:"Figure " counter(figure) ". "}
:lang(ja) figcaption strong::before{content:"図" counter(figure) "　"}
.chart{display:block;max-width:100%;height:auto;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.chart text{font-variant-numeric:tabular-nums}
.phone{display:none}
details{margin:.6rem 0}
summary{cursor:pointer;color:var(--accent);font-size:.9rem}
.scroll{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;min-width:100%;font-size:.86rem;line-height:1.4}
table.few{min-width:min(100%,34rem)}
caption{padding:.2rem 0 .4rem;text-align:left;font-weight:700}
th,td{padding:.32rem .7rem .32rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{border-bottom:2px solid var(--muted);color:var(--muted);font-weight:600;vertical-align:bottom}
tbody th{font-weight:400;min-width:6.5rem}
th small,td small{display:block;font-size:.92em;font-variant-numeric:tabular-nums}
details caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead .n{white-space:normal}
thead .k{white-space:nowrap}
th.n:last-child,td.n:last-child{padding-right:0}
.sum th,.sum td{border-top:2px solid var(--muted);font-weight:600}
footer{margin-top:3rem;padding-top:1rem;padding-bottom:2.5rem;border-top:1px solid var(--line);color:var(--muted);font-size:.85rem}
:lang(ja) body,body:lang(ja){line-height:1.75}
`;

const PHONE = `
@media (max-width:42rem){
header,main,footer,nav{padding-left:1.25rem;padding-right:1.25rem}
header{padding-top:1.5rem}
h1{font-size:1.5rem}
h2{font-size:1.25rem}
.facts,.tiles{grid-template-columns:minmax(0,1fr)}
.wide{display:none}
.phone{display:block;max-width:26rem}
}
@media (max-width:22rem){header,main,footer,nav{padding-left:.8rem;padding-right:.8rem}}
`;

const PAPER = `
@page{size:A4;margin:16mm 15mm}
@media print{
body{font-size:9.5pt;line-height:1.45}
header,main,footer,nav{max-width:none;padding-left:0;padding-right:0}
header{padding-top:0}
nav,.skip,summary{display:none}
details caption{position:static;width:auto;height:auto;clip-path:none}
.wide{display:block}
.phone{display:none}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:.6rem}
.tile{padding:.5rem .8rem}
.tile .big b{font-size:1.6rem}
h1{font-size:1.5rem}
h2{margin-top:1.6rem;font-size:1.2rem}
.facts{grid-template-columns:repeat(2,minmax(0,1fr));gap:.4rem 1.2rem;padding:.6rem .8rem}
footer{margin-top:1rem;padding-bottom:0}
h2,h3,figcaption,caption{break-after:avoid}
.tile,figcaption,figure>div,tr,.banner{break-inside:avoid}
figure>.wide,figure>.wide+.phone+details{break-before:avoid}
details:not([open])::details-content{content-visibility:visible;display:block;height:auto}
.scroll{overflow:visible}
table{font-size:7.5pt}
th,td{padding-right:.4rem}
.meter,.tile,.facts,.banner{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

/** On paper always the light inks. */
export const STYLE =
  `${variables('light')}${inkRules('light')}${BASE}` +
  `@media screen and (prefers-color-scheme:dark){${variables('dark')}${inkRules('dark')}}` +
  PHONE +
  PAPER;
