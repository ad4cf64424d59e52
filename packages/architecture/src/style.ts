import type { Flow } from "./scene";

export const flows: readonly { readonly flow: Flow; readonly meaning: string }[] = [
  { flow: "request", meaning: "request" },
  { flow: "connection", meaning: "connection" },
  { flow: "event", meaning: "event" },
  { flow: "permission", meaning: "may act on" },
  { flow: "protection", meaning: "protects" },
];

/** For light pages, and where the reader's system is dark, for dark ones. */
export const style = `
svg{--page:#fff;--text:#16191f;--muted:#545b64;--line:#687078;--request:#d45b07;--event:#c4126a;--permission:#bf2a3f;--protection:#2f7d32;--cloud:#242f3e;--vpc:#8c4fff;--public:#5d7d12;--private:#00858a;--public-fill:#f3f8e7;--private-fill:#e9f7f7;--group:#4d5ee0;color:var(--text);font-family:"Segoe UI",system-ui,-apple-system,"Helvetica Neue",Arial,sans-serif}
@media(prefers-color-scheme:dark){svg{--page:#0d1117;--text:#e6edf3;--muted:#a3adb8;--line:#8b949e;--request:#ff9d4d;--event:#ff7ab8;--permission:#ff7b8a;--protection:#6fcf7a;--cloud:#8b949e;--vpc:#a77bff;--public:#9cc53b;--private:#2cc5c9;--public-fill:#151d0c;--private-fill:#0a1f20;--group:#8f9bff}}
.page{fill:var(--page)}
.frame{fill:none;stroke-width:1.3}
.cloud .frame{stroke:var(--cloud)}
.machine .frame{stroke:var(--cloud);stroke-dasharray:6 4}
.vpc .frame{stroke:var(--vpc)}
.public .frame{stroke:none;fill:var(--public-fill)}
.private .frame{stroke:none;fill:var(--private-fill)}
.group .frame{stroke:var(--group);stroke-dasharray:5 4}
.heading{font-size:13.5px;font-weight:600;fill:var(--text)}
.vpc .heading{fill:var(--vpc)}.public .heading{fill:var(--public)}.private .heading{fill:var(--private)}.group .heading{fill:var(--group)}
.cell{fill:none;stroke-width:.8;stroke-dasharray:3 2}
.public .cell{stroke:var(--public)}.private .cell{stroke:var(--private)}
.cidr{font-size:11.5px;text-anchor:middle;fill:var(--muted)}
.zone{font-weight:700}
.title{font-size:13.5px;font-weight:600;text-anchor:middle;fill:var(--text)}
.detail{font-size:12px;text-anchor:middle;fill:var(--muted)}
.elsewhere{opacity:.7}
.edge{fill:none;stroke-width:1.3;stroke:var(--line)}
.edge.request{stroke:var(--request);stroke-width:2.4}
.edge.event{stroke:var(--event);stroke-dasharray:2 3}
.edge.permission{stroke:var(--permission);stroke-dasharray:6 3}
.edge.protection{stroke:var(--protection);stroke-dasharray:8 3 2 3}
.head{fill:var(--line)}
.head.request{fill:var(--request)}.head.event{fill:var(--event)}.head.permission{fill:var(--permission)}.head.protection{fill:var(--protection)}
.label{font-size:11px;fill:var(--muted);paint-order:stroke;stroke:var(--page);stroke-width:3px}
.meaning{font-size:12px;fill:var(--muted)}
`.trim();
