/** The style sheet of the page. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --surface: #f6f7f9; --line: #e2e5ea; --ink: #15181e; --muted: #5b6472; --accent: #1d5bb8;
  --failed: #b3261e; --warned: #8a5a00; --not-testable: #6d3fa6; --accepted: #0b6478; --passed: #1b7040;
  --not-applicable: #5b6472; --code: #f6f7f9;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101216; --surface: #181b21; --line: #2b3038; --ink: #e7eaee; --muted: #9ba5b3; --accent: #8ab4f8;
    --failed: #ff8d85; --warned: #efb64f; --not-testable: #c7a6ff; --accepted: #6fcbe0; --passed: #74d099;
    --not-applicable: #9ba5b3; --code: #0b0d10;
  }
}
.failed { --tone: var(--failed) } .warned { --tone: var(--warned) } .not-testable { --tone: var(--not-testable) }
.accepted { --tone: var(--accepted) } .passed { --tone: var(--passed) } .not-applicable { --tone: var(--not-applicable) }
.pass { --tone: var(--passed) } .fail { --tone: var(--failed) } .invalid { --tone: var(--not-testable) }
* { box-sizing: border-box }
html { scroll-padding-top: 5.5rem }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%; font-variant-numeric: tabular-nums;
}
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem }
h1, h2, h3, p, ul, dl, dd, figure { margin: 0; padding: 0 }
ul { list-style: none }
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -.018em; text-wrap: balance }
h2 { font-size: 1.05rem; font-weight: 650; letter-spacing: -.006em }
code, pre, kbd { font-family: var(--mono); font-size: .875em }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .18em }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: .5rem; z-index: 9 }
.muted { color: var(--muted) }

header { padding-top: 2.25rem }
.brand { font-size: .875rem; color: var(--muted); margin-bottom: 1.5rem }
.brand b { color: var(--ink); font-weight: 650; letter-spacing: -.01em }
.target { margin-top: .375rem; color: var(--muted); overflow-wrap: anywhere }

.verdict { margin-top: 1.75rem; padding: 1.25rem 1.5rem 1.375rem; border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px; background: var(--surface) }
.word { font-size: 1.375rem; font-weight: 650; letter-spacing: -.012em; color: var(--tone); line-height: 1.3 }
.reason { max-width: 46rem; overflow-wrap: anywhere }
.bar { display: block; width: 100%; height: 8px; margin: 1rem 0 .875rem; border-radius: 4px; overflow: hidden }
.bar rect, .spark rect { fill: var(--tone) } .bar .passed { opacity: .55 } .bar .not-applicable { opacity: .3 }
.counts { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem }
.counts li { color: var(--muted) } .counts b { color: var(--tone); font-weight: 650; font-size: 1.0625rem }
.stale { margin-top: .75rem; padding-left: 1.1rem; list-style: disc; color: var(--muted) }

section { margin-top: 2.75rem }
section > h2 + p { color: var(--muted); font-size: .9375rem; margin-top: .125rem }
.scroll { overflow-x: auto; margin-top: .875rem }
table { border-collapse: collapse; width: 100% }
th { font-weight: 500; text-align: left; font-size: .8125rem; color: var(--muted); vertical-align: bottom }
.matrix th, .matrix td { border-bottom: 1px solid var(--line); padding: 0 }
.matrix thead th { padding: 0 .5rem .5rem; width: 5.6rem; line-height: 1.25; text-align: center; hyphens: manual }
.matrix thead th:first-child { text-align: left; padding-left: 0; width: auto }
.matrix tbody th { padding: .375rem .75rem .375rem 0; color: var(--ink); font-size: .875rem; white-space: nowrap }
.matrix tbody th code { color: var(--muted) } .matrix .verb { display: inline-block; min-width: 3.6rem; font-weight: 600; color: var(--ink) }
wbr { display: none } .matrix td { text-align: center; height: 2.25rem; color: var(--line) }
.cell { font: inherit; font-size: .875rem; display: block; width: 100%; height: 2.25rem; border: 0; background: none; color: var(--tone); cursor: pointer; border-radius: 4px }
.cell:hover { background: var(--surface) }
.cell.failed, .cell.warned, .cell.not-testable { font-weight: 650; background: color-mix(in srgb, var(--tone) 11%, transparent) }
.cell.failed:hover, .cell.warned:hover, .cell.not-testable:hover { background: color-mix(in srgb, var(--tone) 20%, transparent) }
.cell small { font-weight: 400; font-size: .75rem; opacity: .8 }

.filters { position: sticky; top: 0; z-index: 2; margin: .875rem -.75rem 0; padding: .625rem .75rem; background: var(--page); border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .5rem; align-items: center }
.chips { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .375rem }
.chips label { display: inline-flex; align-items: center; gap: .375rem; padding: .1875rem .625rem; border: 1px solid var(--line); border-radius: 99px; font-size: .8125rem; color: var(--muted); cursor: pointer; user-select: none }
.chips label::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; border: 1.5px solid var(--tone) }
.chips label:has(:checked) { color: var(--ink); border-color: color-mix(in srgb, var(--tone) 55%, var(--line)); background: color-mix(in srgb, var(--tone) 8%, transparent) }
.chips label:has(:checked)::before { background: var(--tone) }
.chips label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px }
.chips input { position: absolute; opacity: 0; width: 1px; height: 1px }
.filters select, .filters input[type=search], .quiet { font: inherit; font-size: .8125rem; color: var(--ink); background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: .25rem .5rem; min-height: 1.9rem; max-width: 12rem }
.filters input[type=search] { flex: 1 1 9rem; max-width: none }
.quiet { cursor: pointer; color: var(--muted) } .quiet:hover { color: var(--ink); border-color: var(--muted) }
.status { display: flex; justify-content: space-between; align-items: center; gap: 1rem; margin-top: .75rem; font-size: .875rem; color: var(--muted) }
.area { margin-top: 1.5rem } .area h3 { font-size: .8125rem; font-weight: 600; color: var(--muted); display: flex; gap: .75rem; padding-bottom: .375rem; border-bottom: 1px solid var(--line); }
.area h3 span { font-weight: 400; }
.area:not(:has(details:not([hidden]))) { display: none }

details.check { border-bottom: 1px solid var(--line) }
details.check > summary { display: grid; grid-template-columns: 1.25rem minmax(0, 1fr) auto; gap: 0 .625rem; align-items: baseline; padding: .5625rem .25rem; cursor: pointer; list-style: none }
details.check > summary::-webkit-details-marker { display: none }
details.check > summary:hover { background: var(--surface) }
details.check:target > summary { background: color-mix(in srgb, var(--accent) 9%, transparent) }
.mark { color: var(--tone); font-weight: 700; text-align: center }
.title { overflow-wrap: anywhere } .title code { color: var(--muted); margin-left: .375rem; font-size: .8125rem }
.meta { font-size: .75rem; color: var(--muted); white-space: nowrap; display: flex; gap: .75rem }
.meta span:last-child { min-width: 3.25rem; text-align: right }
.body { padding: .25rem .25rem 1.5rem 2.125rem; max-width: 58rem }
.facts { display: grid; grid-template-columns: 6.25rem minmax(0, 1fr); gap: .375rem 1rem }
.facts dt { color: var(--muted); font-size: .875rem } .facts dd { overflow-wrap: anywhere }
.facts .observed { color: var(--tone); font-weight: 550 }
.wire { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; margin-top: 1.125rem }
figcaption { display: flex; justify-content: space-between; align-items: center; font-size: .8125rem; color: var(--muted); margin-bottom: .375rem; min-height: 1.75rem }
pre { margin: 0; padding: .75rem .875rem; background: var(--code); border: 1px solid var(--line); border-radius: 6px; overflow: auto; max-height: 28rem; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; font-size: .8125rem }
.again { margin-top: 1rem } .again p { font-size: .875rem; color: var(--muted); margin-top: .375rem }

.spark { width: 100%; height: 6px; display: block } .timings td, .timings th { padding: .3125rem 1rem .3125rem 0; border-bottom: 1px solid var(--line) } .timings td:nth-child(2) { width: 50%; padding-right: 0 } .timings .ms { text-align: right; white-space: nowrap; width: 6rem }
.timings .spark { --tone: var(--muted) }
footer { margin-top: 3.5rem; padding-top: 1.25rem; padding-bottom: 3rem; font-size: .8125rem; color: var(--muted) }
footer .facts { grid-template-columns: 14rem minmax(0, 1fr); margin-top: .75rem } footer .facts dt { font-size: inherit }
[hidden] { display: none !important }

@media (max-width: 44rem) {
  main, header, footer { padding-left: 1rem; padding-right: 1rem }
  header { padding-top: 1.25rem } .brand { margin-bottom: 1rem } h1 { font-size: 1.5rem }
  .verdict { padding: 1rem } .counts { gap: .125rem 1.125rem }
  .matrix thead th { width: 2rem; padding: 0 0 .5rem; vertical-align: bottom }
  .matrix thead th:not(:first-child) span { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; white-space: nowrap }
  .matrix tbody th { white-space: normal; font-size: .75rem; line-height: 1.35; overflow-wrap: anywhere; padding-right: .5rem } .matrix .verb { display: block } wbr { display: inline }
  .cell { font-size: .75rem; padding: 0 } .cell small { display: none } .matrix table { table-layout: fixed } .matrix thead th:first-child { width: 34% }
  .filters { position: static; margin-left: 0; margin-right: 0; padding-left: 0; padding-right: 0 } .filters select { flex: 1 1 8rem; max-width: none }
  html { scroll-padding-top: 1rem }
  .meta span:last-child { display: none } .title code { display: block; margin: 0 }
  .body { padding-left: .25rem } .facts, footer .facts { grid-template-columns: minmax(0, 1fr); gap: 0 } .facts dd { margin-bottom: .5rem }
  .wire { grid-template-columns: minmax(0, 1fr) }
  .timings td:nth-child(2) { width: 30% } .timings th { overflow-wrap: anywhere }
}
@media print {
  :root { --page: #fff; --surface: #fff; --ink: #000; --muted: #444; --line: #bbb; --code: #fff }
  body { font-size: 10pt } .filters, .status, .quiet, .skip { display: none !important }
  details.check, .verdict, figure { break-inside: avoid } pre { max-height: none } section { margin-top: 1.5rem }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0 } a { color: inherit }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth } }
`;
