import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { production } from "../../../config/environments/production";
import { services } from "../../../config/services";
import { pictures } from "../../../ops/picture/pictures";

const committed = readdirSync("docs").filter((file) => file.endsWith(".svg"));
const read = (file: string) => readFileSync(join("docs", file), "utf8");

test("the pictures in docs/ are up to date: make generate draws them", async () => {
  const drawn = await pictures(production, services);
  expect([...drawn.keys()].toSorted()).toEqual(committed.toSorted());
  expect([...drawn].filter(([file, picture]) => picture !== read(file)).map(([file]) => file)).toEqual([]);
});

test.each(committed)("%s needs nothing from elsewhere, and is small enough for a README", (file) => {
  const picture = read(file);
  expect(picture.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
    /https?:|@import|@font-face|data:|<script/,
  );
  const symbols = new Set([...picture.matchAll(/<symbol id="([^"]+)"/g)].map(([, id]) => id));
  expect([...picture.matchAll(/href="#([^"]+)"/g)].filter(([, id]) => !symbols.has(id))).toEqual([]);
  expect(Buffer.byteLength(picture)).toBeLessThan(100_000);
});

test.each(committed)("%s says in words what it shows, and has colours for light and dark", (file) => {
  const picture = read(file);
  expect(picture).toMatch(/<title id="title">[^<]{10,}<\/title>\s*<desc id="description">[^<]{20,}<\/desc>/);
  const [light = "", dark = ""] = picture.split("@media(prefers-color-scheme:dark)");
  const colours = (css: string) => [...css.matchAll(/(--[a-z-]+):/g)].map(([, name]) => name).toSorted();
  expect(colours(dark)).toEqual(colours(light));
  expect(colours(light).length).toBeGreaterThan(10);
});
