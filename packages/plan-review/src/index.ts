export { toHtml } from "./render/html";
export { gitlabReport, toJson } from "./render/json";
export { toMarkdown } from "./render/markdown";
export { toText } from "./render/text";
export { type ReportOptions, report, reportOptions } from "./report";
export { type Review, type ReviewOptions, review } from "./review";
export { readSettings, type Settings } from "./settings";
export { exitCodes, type Verdict } from "./verdict";
