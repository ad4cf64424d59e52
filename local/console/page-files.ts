import script from "./page/main.tsx?page";
import style from "./page/page.css";
import referenceStyle from "./page/reference.css";
import referenceScript from "./page/reference.ts?page";

/** What the browser loads; the bundler makes the scripts (local/browser-page.ts). */
export const pageFiles = {
  console: { script, style },
  reference: { script: referenceScript, style: referenceStyle },
};
