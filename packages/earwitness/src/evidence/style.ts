/**
 * The look of the pages: light or dark as the reader's system is, readable from 320 px on, nothing from the network.
 */
export const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e6e8ea); --soft: light-dark(#5a6570, #9aa4ad);
  --line: light-dark(#dfe3e6, #31373d); --back: light-dark(#fff, #15181b); --raised: light-dark(#f6f7f8, #1c2024);
  --good: light-dark(#16774a, #4cc38a); --bad: light-dark(#c4302b, #ff8078); --plain: light-dark(#5a6570, #9aa4ad);
  --thread: light-dark(#7c8fd8, #7f8fd0); --focus: light-dark(#1f5fd0, #8ab4ff); }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); max-width: 1200px; margin: 0 auto;
  padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.25rem; margin: 0 0 .25rem; } h2 { font-size: 1rem; margin: 0; display: inline; }
h3 { font-size: .8rem; margin: 1.25rem 0 .25rem; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; }
p { margin: .1rem 0; } a { color: var(--focus); } .soft, time, .place { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
code, pre, .place { font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
/* A name that is written from right to left must not carry what stands beside it along. */
h1, h2, b, p, code, pre, span, text, td { unicode-bidi: isolate; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.verdict { font-weight: 600; }
.problem { border-left: 3px solid var(--bad); padding-left: .75rem; margin: 1rem 0; }
section { border-top: 1px solid var(--line); padding: .6rem 0; } header { margin-bottom: 1rem; } section > details[open] { padding-bottom: 1.5rem; }
summary { cursor: pointer; } summary:hover { background: var(--raised); }
.one { border-bottom: 1px solid var(--line); } .one > summary { padding: .3rem 0; } .one > summary b { font-weight: 600; }
.one:has(:target) { background: var(--raised); box-shadow: -3px 0 0 var(--focus); }
.one .facts { color: var(--soft); margin-left: .5rem; } .headline { display: block; padding-left: 1.05rem; }
pre { overflow-x: auto; margin: 0 0 .5rem; padding: .5rem .75rem; background: var(--raised); border-radius: 4px; overflow-wrap: normal; }
pre b { font-weight: 600; } pre .mark { font-weight: 600; }
figure { margin: 1rem 0 0; } .road { display: flex; }
.lanes { list-style: none; margin: 0; padding: 0 .75rem 0 0; color: var(--soft); font-size: 12px; line-height: 19px; flex: none; }
.scroll { overflow-x: auto; flex: 1; min-width: 0; padding: 0 6px; } figcaption { color: var(--soft); font-size: 12px; margin-top: .25rem; } svg { display: block; overflow: visible; font: 12px system-ui, sans-serif; }
text { fill: var(--ink); } .time { fill: var(--soft); font-size: 11px; } line { stroke: var(--line); }
.tick { stroke-dasharray: 1 4; stroke: var(--soft); opacity: .6; } .break { fill: var(--soft); opacity: .1; }
.threads line { stroke: var(--thread); stroke-width: 1.25; opacity: .55; } .threads.many line { opacity: .12; }
.good .dot, .good .bar { fill: var(--good); } .bad .dot, .bad .bar { fill: var(--bad); } .plain .dot, .plain .bar { fill: var(--plain); }
.bar { opacity: .2; } .bad .bar { opacity: .3; } svg a { cursor: pointer; } svg a:hover text { text-decoration: underline; }
svg a:focus { outline: none; } .bad text { fill: var(--bad); }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; color: var(--soft); font-size: .8rem; }
td, th { border-bottom: 1px solid var(--line); padding: .35rem .75rem .35rem 0; vertical-align: top; } td.n { white-space: nowrap; }
@media print { .scroll { overflow: visible; } }`;
