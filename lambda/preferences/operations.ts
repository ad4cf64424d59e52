import { randomUUID } from "node:crypto";
import { DatabaseError } from "pg";
import type { Api } from "../../runtime/api";
import type { Database } from "../../runtime/database";
import { invalid, Problem } from "../../runtime/problem";
import * as z from "../../runtime/schema";
import { eventsRepository } from "./events-repository";
import { IdempotencyHeaders, idempotencyOf, once } from "./idempotency";
import { idempotencyRepository } from "./idempotency-repository";
import type { MailDomainCheck } from "./mail-domain";
import { notOwnUser, ownSubject, refusePerson, scopes } from "./own-user";
import { EventPageQuery, page, UserPageQuery } from "./pages";
import { Event, EventPage, NewEvent, NewSubject, NewUser, toChoices, User, UserId, UserPage } from "./schemas";
import { usersRepository } from "./users-repository";

export interface Dependencies {
  readonly database: Database;
  readonly checkMailDomain: MailDomainCheck;
}

const userParams = z.object({ id: UserId });
const noSuchUser = () => new Problem(404, "There is no such user.");
/** What a person's token finds nothing for may be another's. */
const notFound = (subject: string | null) => (subject === null ? noSuchUser() : notOwnUser());
const answers404 = { 404: { description: "There is no such user." } };

/** The preferences API: people, their consents, and every change of them. */
export function addOperations(api: Api, { database, checkMailDomain }: Dependencies): void {
  const users = usersRepository(database);
  const events = eventsRepository(database);
  const keys = idempotencyRepository(database);
  api
    .operation(
      {
        method: "post",
        path: "/users",
        summary: "Create a user",
        description:
          "An address is compared without regard to case and belongs to one user. A person's token creates none.",
        scope: scopes.write,
        request: z.object({ headers: IdempotencyHeaders, body: NewUser }),
        answers: { 201: { description: "The user, without consents yet.", body: User } },
      },
      async ({ headers, body: { email } }, context) => {
        refusePerson(context);
        const idempotency = idempotencyOf(headers["idempotency-key"], { email }, context.get("caller"));
        const id = await once(keys, "users", idempotency, {
          work: async () => {
            const id = randomUUID();
            const mailDomain = await checkMailDomain(email, context.get("caller")?.subject);
            await users.insert({ id, email, mailDomain, idempotency }).catch(refuseTakenEmail);
            return id;
          },
          again: async ({ userId }) => userId,
        });
        context.set("people", [id]);
        const user: User = { id, email, consents: [] };
        return context.json(user, 201, { Location: `users/${id}` });
      },
    )
    .operation(
      {
        method: "get",
        path: "/users",
        summary: "List users",
        description: "Page by page, by id.",
        scope: scopes.admin,
        request: z.object({ query: UserPageQuery }),
        answers: { 200: { description: "A page of users.", body: UserPage } },
      },
      async ({ query: { cursor, limit } }, context) => {
        const { items, next } = page(await users.list(cursor, limit + 1), limit, ({ id }) => id);
        context.set(
          "people",
          items.map(({ id }) => id),
        );
        return context.json({ users: items, next } satisfies z.infer<typeof UserPage>);
      },
    )
    .operation(
      {
        method: "get",
        path: "/users/{id}",
        summary: "Read a user",
        scope: scopes.read,
        request: z.object({ params: userParams }),
        answers: { 200: { description: "The user with the current consents.", body: User }, ...answers404 },
      },
      async ({ params }, context) => {
        const subject = ownSubject(context);
        const user = await users.find(params.id, subject);
        if (user === undefined) throw notFound(subject);
        return context.json(user);
      },
    )
    .operation(
      {
        method: "delete",
        path: "/users/{id}",
        summary: "Erase a user",
        description:
          "Forgets the address for good. The history of choices stays, for audit, under an id that names nobody.",
        scope: scopes.admin,
        request: z.object({ params: userParams }),
        answers: { 204: { description: "The user is erased." }, ...answers404 },
      },
      async ({ params }, context) => {
        if (!(await users.erase(params.id))) throw noSuchUser();
        return context.body(null, 204);
      },
    )
    .operation(
      {
        method: "put",
        path: "/users/{id}/subject",
        summary: "Bind a user to a subject",
        description:
          "Tokens of this person, whose `sub` it is, then read and change this user. A person's token binds none.",
        scope: scopes.write,
        request: z.object({ params: userParams, body: NewSubject }),
        answers: { 204: { description: "The user is bound, to this subject alone." }, ...answers404 },
      },
      async ({ params, body: { subject } }, context) => {
        refusePerson(context);
        if (!(await users.bind(params.id, subject).catch(refuseTakenSubject))) throw noSuchUser();
        return context.body(null, 204);
      },
    )
    .operation(
      {
        method: "post",
        path: "/events",
        summary: "Change consents",
        description:
          "An event is kept for ever. Its choices take effect together; those it leaves out stay as they are.",
        scope: scopes.write,
        request: z.object({ headers: IdempotencyHeaders, body: NewEvent }),
        answers: { 201: { description: "The event, with its place in the user's history.", body: Event } },
      },
      async ({ headers, body }, context) => {
        const { user, consents } = body;
        context.set("people", [user.id]);
        const subject = ownSubject(context);
        const idempotency = idempotencyOf(headers["idempotency-key"], body, context.get("caller"));
        const event = await once(keys, "events", idempotency, {
          work: () => events.insert({ userId: user.id, subject, choices: toChoices(consents), idempotency }),
          again: ({ userId, sequence }) => events.find(userId, sequence ?? 0),
        });
        if (event === undefined && subject !== null) throw notOwnUser();
        if (event === undefined) throw invalid({ in: "body", pointer: "/user/id", detail: "There is no such user" });
        return context.json(event, 201);
      },
    )
    .operation(
      {
        method: "get",
        path: "/users/{id}/events",
        summary: "Read a user's history",
        description:
          "Page by page, in the order in which events took effect. The history of an erased user stays readable.",
        scope: scopes.read,
        request: z.object({ params: userParams, query: EventPageQuery }),
        answers: { 200: { description: "A page of events.", body: EventPage }, ...answers404 },
      },
      async ({ params, query: { cursor = 0, limit } }, context) => {
        const subject = ownSubject(context);
        const found = await events.list(params.id, subject, cursor, limit + 1);
        if (found === undefined) throw notFound(subject);
        const { items, next } = page(found, limit, ({ sequence }) => sequence);
        return context.json({ events: items, next } satisfies z.infer<typeof EventPage>);
      },
    );
}

/** Turns the violation of a unique index into 422. */
const refuseTaken =
  (constraint: string, pointer: string, detail: string) =>
  (error: unknown): never => {
    if (error instanceof DatabaseError && error.constraint === constraint)
      throw invalid({ in: "body", pointer, detail });
    throw error;
  };
const refuseTakenEmail = refuseTaken("users_email", "/email", "This address belongs to another user");
const refuseTakenSubject = refuseTaken("users_subject", "/subject", "This subject is bound to another user");
