import { layout } from "../src/layout";
import { svg } from "../src/svg";

test("a name full of markup is shown, not obeyed", async () => {
  const name = `<script>alert("1 & 2")</script>`;
  const scene = {
    title: name,
    boxes: [{ id: "box", title: name, style: "group" as const }],
    nodes: [
      { id: "one", icon: "users" as const, title: name, detail: name, parent: "box" },
      { id: "two", icon: "users" as const, title: name, detail: name },
    ],
    edges: [{ from: "one", to: "two", label: name, flow: "request" as const }],
  };
  const picture = svg(await layout(scene));
  expect(picture).not.toContain("<script");
  expect(picture).toContain("&lt;script&gt;alert(&quot;1 &amp; 2&quot;)");
});

test("the legend explains the kinds of edges that the picture has, and no other", async () => {
  const node = (id: string) => ({ id, icon: "users" as const, title: id, detail: "" });
  const scene = {
    title: "two",
    boxes: [],
    nodes: [node("one"), node("two")],
    edges: [{ from: "one", to: "two", flow: "event" as const }],
  };
  const meanings = [...svg(await layout(scene)).matchAll(/class="meaning"[^>]*>([^<]+)</g)].map(
    ([, meaning]) => meaning,
  );
  expect(meanings).toEqual(["event"]);
});
