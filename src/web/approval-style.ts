import { styleOf } from './page.ts';

/** The looks of the pages on which people decide, by day and by night. */
export const APPROVAL_STYLE = styleOf(`
:root { color-scheme: light dark; --ink: #1d1c1d; --quiet: #5b5a5c; --paper: #fff; --line: #d9d8da; --soft: #f5f4f6;
  --yes: #0b6b4f; --no: #a3172d; --focus: #1264a3; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceaed; --quiet: #b3b1b5; --paper: #1a1b1e; --line: #45464b; --soft: #25262a;
    --yes: #17805f; --no: #c0354b; --focus: #7cc0ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
.brand { color: var(--quiet); font-size: .875rem; margin: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .25rem 0 1.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
dl { display: grid; grid-template-columns: minmax(6rem, 10rem) 1fr; gap: .375rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th:first-child { width: 25%; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: .875rem; }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td:last-child { font-weight: 600; }
.notice { background: var(--soft); border-left: 4px solid var(--focus); padding: .5rem .75rem; margin: 0 0 1.25rem; }
.box { background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin-top: 2rem; }
.box p { margin: 0; }
label { display: block; font-weight: 600; }
.hint { color: var(--quiet); font-size: .875rem; margin: .125rem 0 .5rem; }
textarea { width: 100%; min-height: 5rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--quiet); border-radius: .375rem; padding: .5rem .625rem; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1rem; align-items: center; }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.25rem; border-radius: .375rem; cursor: pointer;
  color: #fff; background: #1264a3; border: 2px solid transparent; }
button.yes { background: var(--yes); }
button.no { background: var(--no); }
a { color: var(--focus); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
`);
