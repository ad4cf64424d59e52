import page from "./status-page.html";

/**
 * The status page: one document without any other file. It asks `/status` every second and a half and shows what comes;
 * when nothing comes, it says that the router itself is gone. Names reach it as data and are set as text, never as markup.
 * `nonce` allows its own style and script, and nothing else, by the page's content security policy.
 */
export const statusPage = (nonce: string) => page.replaceAll("NONCE", nonce);
