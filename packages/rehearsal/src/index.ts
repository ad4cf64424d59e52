export { type RehearsalProcess, startRehearsalInChild } from "./in-child";
export { planStacks } from "./plan";
export { type Rehearsal, type RehearsalOptions, startRehearsal } from "./rehearsal";
export { rehearse } from "./rehearse";
