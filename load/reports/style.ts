/** Style of the HTML report; the colours of verdicts keep their contrast in both themes. */
export const STYLE: string = `
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --paper: #fff; --card: #f6f8fa; --line: #d0d7de;
  --good: #1a7f37; --bad: #cf222e; --unsure: #8250df; --a: #0969da; --b: #bc4c00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9198a1; --paper: #0d1117; --card: #161b22;
  --line: #30363d; --good: #3fb950; --bad: #f85149; --unsure: #bc8cff; --a: #58a6ff; --b: #f0883e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px; }
h1, h2, h3, p { margin: 0 0 8px; }
h1 { font-size: 26px; } h2 { font-size: 20px; } h3 { font-size: 14px; }
section { margin-top: 24px; padding: 20px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
nav { display: flex; flex-wrap: wrap; gap: 8px; }
nav a { padding: 2px 12px; border: 1px solid currentColor; border-radius: 99px; text-decoration: none; }
.badge { padding: 2px 10px; border-radius: 99px; border: 1px solid currentColor; font-size: 14px; vertical-align: middle; }
.pass, tr.pass td:first-child { color: var(--good); } .fail, tr.fail td:first-child { color: var(--bad); }
tr.fail { color: inherit; } tr.fail th { color: var(--bad); }
.invalid, tr.not-measured td:first-child { color: var(--unsure); }
tr.pass, tr.not-measured { color: inherit; }
.quiet { color: var(--quiet); } .reason { color: var(--unsure); }
table { border-collapse: collapse; width: 100%; margin: 8px 0; font-size: 14px; display: block; overflow-x: auto; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); font-weight: normal; white-space: nowrap; }
thead th { color: var(--quiet); } th[scope] { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; margin: 16px 0; }
figure { margin: 0; padding: 12px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
figcaption, summary, li { font-size: 13px; }
summary { cursor: pointer; font-weight: 600; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--quiet); font: 11px system-ui, sans-serif; }
svg line, svg polyline { fill: none; stroke-width: 1.5; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .p50 { stroke: var(--a); } svg .p99 { stroke: var(--b); }
svg .bar { fill: var(--a); } svg .percentile { stroke: var(--b); stroke-dasharray: 4 3; }
svg .mark { stroke: var(--unsure); stroke-dasharray: 4 3; } svg .mark.fault, svg .mark.flood { stroke: var(--bad); }
svg .mark.recovery { stroke: var(--good); }
svg .band { fill: var(--bad); opacity: 0.09; } svg .band.flood { opacity: 0.06; }
svg .failed { fill: var(--bad); }
@media print { section { break-inside: avoid; } }
`;
