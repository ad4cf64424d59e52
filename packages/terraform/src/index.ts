export * from "./assembly";
export * from "./input-error";
export * from "./stack-order";
export * from "./temporary-folder";
export * from "./terraform";
export * from "./values";
