/** The page's looks, in the system's own fonts and in its light or dark. */
export const styles = `
:root {
  --paper: #fbfbfa; --card: #fff; --ink: #1c1e21; --soft: #62676f; --line: #e3e5e8; --code: #f0f1f3;
  --safe: #18794e; --look: #8f5d00; --stop: #c0272d; --verdict-ink: #fff;
  --create: #18794e; --update: #8f5d00; --replace: #a03a8b; --delete: #c0272d; --other: #4a5a78;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --card: #1e2125; --ink: #e8eaed; --soft: #9aa1ab; --line: #33373d; --code: #2a2e34;
    --safe: #1f7a50; --look: #8a5f10; --stop: #b3353a;
    --create: #58c791; --update: #e0ad4a; --replace: #df8fcf; --delete: #f2797d; --other: #9db2d8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; }
header { color: var(--verdict-ink); padding: 28px max(24px, calc(50% - 480px)); }
header.safe { background: var(--safe); } header.look { background: var(--look); } header.stop { background: var(--stop); }
h1 { margin: 0; font-size: 34px; line-height: 1.2; letter-spacing: -.01em; }
h1 small { margin-left: .6em; font-size: 20px; font-weight: 400; opacity: .9; }
header p { margin: 6px 0 0; }
main { max-width: 1008px; margin: 0 auto; padding: 8px 24px 64px; }
h2 { margin: 32px 0 10px; font-size: 17px; }
h3 { margin: 0 0 8px; font: 600 15px/1.5 ui-monospace, monospace; }
h3 small { color: var(--soft); font-weight: 400; }
section { margin: 10px 0; padding: 14px 18px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.reason { margin-top: 14px; border-left: 4px solid var(--look); } .reason.stop { border-left-color: var(--stop); }
.reason h2 { margin: 0 0 4px; font-size: 15px; } .reason small { float: right; color: var(--soft); font-weight: 400; }
ul { margin: 4px 0; padding-left: 20px; } li { margin: 2px 0; overflow-wrap: anywhere; }
code { padding: .1em .35em; border-radius: 4px; background: var(--code); font: .88em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
summary { cursor: pointer; padding: 3px 0; overflow-wrap: anywhere; } summary::marker { color: var(--soft); }
details details { margin-left: 22px; }
.change > ul, .change > p { margin-left: 18px; }
.type, .why, .address, .later { color: var(--soft); font-size: .9em; } .address { margin: 2px 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.badge { display: inline-block; min-width: 62px; font-size: .82em; font-weight: 600; color: var(--other); }
.badge.create { color: var(--create); } .badge.update { color: var(--update); }
.badge.replace { color: var(--replace); } .badge.delete { color: var(--delete); }
header code { background: rgb(0 0 0 / .22); }
table { width: 100%; margin: 8px 0; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); text-align: right; } th:first-child, td:first-child { text-align: left; }
`;
