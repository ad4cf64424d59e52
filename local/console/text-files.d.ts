/** A style sheet, as text. */
declare module "*.css" {
  const text: string;
  export default text;
}

/** The script of a page, bundled for the browser, as text. */
declare module "*?page" {
  const text: string;
  export default text;
}

/** Where the package's files are. */
declare module "swagger-ui-dist/absolute-path.js" {
  export default function absolutePath(): string;
}
