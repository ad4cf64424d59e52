/**
 * The status page: one document without any other file. It asks `/status` every second and a half and shows what comes;
 * when nothing comes, it says that the router itself is gone. Names reach it as data and are set as text, never as markup.
 * `nonce` allows its own style and script, and nothing else, by the page's content security policy.
 */
export const statusPage = (nonce: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Platform</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
  <header>
    <h1>Platform</h1>
    <p id="summary" role="status" aria-live="polite">Looking&hellip;</p>
    <p id="uptime"></p>
  </header>
  <section aria-labelledby="services-title">
    <h2 id="services-title">Services</h2>
    <ul id="services" class="cards"></ul>
  </section>
  <section aria-labelledby="queues-title" id="queues-section" hidden>
    <h2 id="queues-title">Queues <a href="/queues">dashboard</a></h2>
    <ul id="queues" class="cards"></ul>
  </section>
  <section aria-labelledby="dependencies-title" id="dependencies-section" hidden>
    <h2 id="dependencies-title">Dependencies</h2>
    <ul id="dependencies" class="chips"></ul>
  </section>
</main>
<script nonce="${nonce}">${script}</script>
</body>
</html>
`;

const style = `
:root {
  --ground: #f6f7f9; --card: #fff; --line: #e3e6ea; --text: #1b2330; --quiet: #647084; --link: #2456c7;
  --up: #1a8a4a; --down: #c8322b; --waiting: #b26a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10141b; --card: #181e28; --line: #29313e; --text: #e7ebf2; --quiet: #93a0b4; --link: #8ab2ff;
    --up: #4cc983; --down: #ff7a70; --waiting: #f0b04a;
  }
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; margin-bottom: 2rem; }
h1 { font-size: 1.9rem; letter-spacing: -.02em; }
h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .08em; color: var(--quiet); margin: 2rem 0 .75rem; }
h2 a { text-transform: none; letter-spacing: 0; margin-left: .5rem; }
a { color: var(--link); text-underline-offset: .15em; }
ul { list-style: none; padding: 0; }
#summary { font-weight: 600; }
#uptime { color: var(--quiet); margin-left: auto; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: .9rem; }
.cards li, .chips li { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.cards li { padding: 1rem 1.1rem; display: flex; flex-direction: column; gap: .35rem; }
.chips { display: flex; flex-wrap: wrap; gap: .6rem; }
.chips li { padding: .4rem .8rem; display: flex; gap: .6rem; align-items: baseline; }
.row { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .5rem; }
.name { font-weight: 600; font-size: 1.05rem; }
.state { margin-left: auto; font-weight: 600; white-space: nowrap; }
.state::before { content: ""; display: inline-block; width: .6em; height: .6em; border-radius: 50%; background: currentColor; margin-right: .45em; }
.up { color: var(--up); } .down { color: var(--down); } .waiting { color: var(--waiting); }
.quiet { color: var(--quiet); font-size: .87rem; }
.reason { color: var(--down); font-size: .87rem; overflow-wrap: anywhere; }
.counts { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-variant-numeric: tabular-nums; }
#queues { grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); }
.counts b { font-size: 1.15rem; }
`;

// Plain JavaScript in the browser: no part of the bundle, so no template literal of its own.
const script = `
"use strict";
const byId = (id) => document.getElementById(id);
const element = (tag, className, ...children) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
};
const link = (href, text) => {
  const made = element("a", "", text);
  made.href = href;
  return made;
};
const duration = (ms) => {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return s + " s";
  if (s < 3600) return Math.floor(s / 60) + " min " + (s % 60) + " s";
  return Math.floor(s / 3600) + " h " + Math.floor((s % 3600) / 60) + " min";
};
const tone = (service) =>
  service.healthy ? "up" : ["starting", "waiting", "stopping"].includes(service.state) ? "waiting" : "down";
const badge = (service) => element("span", "state " + tone(service), service.state);

const card = (service, now) => {
  const title = element("div", "row", element("span", "name", service.name), badge(service));
  const facts = [];
  if (service.processes) facts.push(service.processes.running + " of " + service.processes.wanted + " processes");
  if (service.since) facts.push("up " + duration(now - service.since));
  if (service.version) facts.push("build " + service.version);
  if (service.restarts) facts.push(service.restarts + (service.restarts === 1 ? " restart" : " restarts"));
  const made = element("li", "", title, element("div", "quiet", service.description));
  made.dataset.service = service.name;
  if (facts.length) made.append(element("div", "quiet", facts.join(" \\u00b7 ")));
  if (service.reason) made.append(element("div", "reason", "last exit: " + service.reason));
  if (service.path) {
    made.append(element("div", "row", link(service.path + "/docs", service.path + "/docs")));
  }
  return made;
};

const queueCard = (queue) => {
  const counts = queue.counts
    ? Object.entries(queue.counts).map(([name, count]) => element("span", "", element("b", "", String(count)), " " + name))
    : [element("span", "down", "Redis does not answer")];
  return element("li", "", element("div", "name", queue.name), element("div", "counts", ...counts));
};

const chip = (service) => {
  const made = element("li", "", element("span", "", service.name), badge(service));
  made.dataset.service = service.name;
  if (service.reason) made.title = "last exit: " + service.reason;
  return made;
};

const show = (snapshot) => {
  const down = snapshot.services.filter((service) => !service.healthy).map((service) => service.name);
  const summary = byId("summary");
  summary.textContent = down.length === 0 ? "Everything is up" : down.join(", ") + (down.length === 1 ? " is" : " are") + " not up";
  summary.className = down.length === 0 ? "up" : "down";
  byId("uptime").textContent = snapshot.since ? "running for " + duration(snapshot.at - snapshot.since) : "";
  const services = snapshot.services.filter((service) => service.kind !== "dependency");
  const dependencies = snapshot.services.filter((service) => service.kind === "dependency");
  byId("services").replaceChildren(...services.map((service) => card(service, snapshot.at)));
  byId("queues").replaceChildren(...snapshot.queues.map(queueCard));
  byId("queues-section").hidden = snapshot.queues.length === 0;
  byId("dependencies").replaceChildren(...dependencies.map(chip));
  byId("dependencies-section").hidden = dependencies.length === 0;
};

const refresh = async () => {
  try {
    show(await (await fetch("/status", { signal: AbortSignal.timeout(3000) })).json());
  } catch {
    byId("summary").textContent = "The router does not answer: make up";
    byId("summary").className = "down";
  }
  setTimeout(refresh, 1500);
};
refresh();
`;
