export { type RehearsalProcess, startRehearsalInChild } from "./in-child";
export { type MatcherResult, matchers } from "./matchers";
export { type Outcomes, type PlanOptions, type ProgramOptions, planStacks, type StackPlan } from "./plan";
export { type PreparedStack, type Rehearsal, type RehearsalOptions, startRehearsal } from "./rehearsal";
export { type Rehearsed, type RehearseOptions, rehearse } from "./rehearse";
export { type MemberFacts, type TypeFacts, typeFacts } from "./type-facts";
export { type Validated, validate } from "./validate";
