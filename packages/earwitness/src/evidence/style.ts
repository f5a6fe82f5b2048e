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
h1 { font-size: 1.25rem; margin: 0 0 .25rem; } h2 { font-size: 1rem; margin: 0; display: inline; } h2 a { color: inherit; }
h3 { font-size: .8rem; margin: 1.25rem 0 .25rem; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; }
p { margin: .1rem 0; } a { color: var(--focus); } .soft, time, .place { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
code, pre, .place { font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
/* A name that is written from right to left must not carry what stands beside it along. */
h1, h2, h4, a, b, i, p, li, code, pre, span { unicode-bidi: isolate; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.verdict { font-weight: 600; }
.problem { border-left: 3px solid var(--bad); padding-left: .75rem; margin: 1rem 0; }
section { border-top: 1px solid var(--line); padding: .6rem 0; } header { margin-bottom: 1rem; } section > details[open] { padding-bottom: 1.5rem; }
summary { cursor: pointer; } summary:hover { background: var(--raised); }
.one { border-bottom: 1px solid var(--line); } .one > summary { padding: .3rem 0; } .one > summary b { font-weight: 600; }
.problem:target, .one:has(:target) { background: var(--raised); box-shadow: -3px 0 0 var(--focus); }
.one .facts { color: var(--soft); margin-left: .5rem; } .headline { display: block; padding-left: 1.05rem; }
pre { margin: 0 0 .5rem; padding: .5rem .75rem; background: var(--raised); border-radius: 4px; white-space: pre-wrap; }
/* What is longer than its line goes on further in. */
pre > span { display: block; min-height: 1.5em; padding-left: 4ch; text-indent: -4ch; }
pre b, pre .mark { font-weight: 600; } pre i { font-style: normal; }
figure { margin: 1rem 0 0; container-type: inline-size; } figcaption { color: var(--soft); font-size: 12px; margin-top: .25rem; }
/* The drawing: words to the left, time to the right; --time is the width of the latter. */
.road { --time: 52cqi; position: relative; font-size: 13px; line-height: 20px; padding-top: 24px; }
.road ol { list-style: none; margin: 0; padding: 0; } .journeys > li { position: relative; padding: 4px 0; }
.row { position: relative; color: var(--ink); display: grid; grid-template-columns: minmax(0, 1fr) var(--time); padding: 1px 0; }
.row:hover { background: var(--raised); }
.words { padding: 0 1rem 0 16px; } .words a { color: inherit; text-decoration: none; } .words a:hover span { text-decoration: underline; }
.words b, .words i { font-weight: 400; font-style: normal; color: var(--soft); } .words i { white-space: nowrap; }
.row.bad .words span { color: var(--bad); font-weight: 600; }
.words pre { margin: 2px 0 4px; padding: .25rem .5rem; }
/* The dot of a row, and the line down to what it brought about. */
.row::before { content: ""; position: absolute; left: 1px; top: 7px; width: 9px; height: 9px; border-radius: 50%; background: var(--plain); z-index: 1; }
.row.good::before { background: var(--good); } .row.bad::before { background: var(--bad); border-radius: 1px; }
.row:has(+ .row)::after, .row:has(+ .branches)::after { content: ""; position: absolute; left: 4.75px; top: 11px; bottom: -11px; border-left: 1.5px solid var(--thread); }
.branches > li { position: relative; margin-left: 5px; padding-left: 13px; }
.branches > li::before { content: ""; position: absolute; left: -.25px; top: 0; width: 15px; height: 11.5px; border: solid var(--thread); border-width: 0 0 1.5px 1.5px; }
.branches > li:not(:last-child)::after { content: ""; position: absolute; left: -.25px; top: 0; bottom: 0; border-left: 1.5px solid var(--thread); }
.time { position: relative; margin-right: 5px; } .time i { position: absolute; top: 6px; height: 8px; min-width: 3px; border-radius: 2px; background: var(--plain); }
.time .dot { width: 8px; margin-left: -4px; border-radius: 50%; }
.good .time i { background: var(--good); } .bad .time i { background: var(--bad); }
.axis { position: absolute; inset: 0 0 0 auto; width: var(--time); color: var(--soft); font-size: 11px; pointer-events: none; } .axis > div { position: relative; height: 100%; margin-right: 5px; }
.axis i { position: absolute; top: 20px; bottom: 0; border-left: 1px dotted var(--soft); opacity: .5; } .axis s { position: absolute; top: 20px; bottom: 0; background: var(--soft); opacity: .1; }
.axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; } .axis .first { transform: none; } .axis .last { transform: translateX(-100%); }
.more { margin: 4px 0; }
@container (width < 640px) {
  .road { --time: calc(100cqi - 6rem); } .row { display: block; padding-bottom: 4px; } .words { padding-right: 0; }
  .time { width: calc(var(--time) - 5px); margin-left: auto; height: 8px; } .time i { top: 2px; height: 5px; }
  .time:has(.dot), .axis i, .axis s, .axis span:not(.first, .last) { display: none; }
}
.where { display: block; padding-left: 1.05rem; color: var(--soft); font-size: 13px; }
h4 { font-size: .9rem; margin: .75rem 0 .1rem; } h4 span { font-weight: 400; }
.failures { margin: .25rem 0 0; padding-left: 1.25rem; } .failures li { margin: .25rem 0; } `;
