import { eventsRepository } from "../../../lambda/preferences/events-repository";
import { type PreferencesService, preferencesService } from "./service";

let service: PreferencesService;
beforeAll(async () => {
  service = await preferencesService();
});
afterAll(() => service.stop());

const consents = [{ id: "sms_notifications", enabled: true }];

/** What is kept of erased users besides their history: each line is one thing too many. */
const remains = () =>
  service.database.query(
    `SELECT 'key ' || keys.key AS remains FROM preferences.idempotency_keys keys
     JOIN preferences.users ON users.id = keys.user_id WHERE users.erased_at IS NOT NULL
     UNION ALL
     SELECT 'address of ' || id FROM preferences.users
     WHERE erased_at IS NOT NULL AND (email IS NOT NULL OR mail_domain IS NOT NULL)`,
  );

test("an event that is not committed yet when its user is erased leaves no idempotency key", async () => {
  const id = await service.user();
  const { erased } = await service.database.transaction(async (queries) => {
    await eventsRepository(queries).insert({
      userId: id,
      subject: null,
      choices: { sms_notifications: true },
      idempotency: { key: "under-way", request: Buffer.alloc(32) },
    });
    const erased = service.delete(`/users/${id}`);
    // Until the erasure waits for the event's transaction.
    const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while ((await service.database.query(waiting)).length === 0);
    return { erased };
  });
  expect((await erased).status).toBe(204);
  expect(await remains()).toEqual([]);
  expect((await service.get(`/users/${id}/events`)).body.events).toHaveLength(1);
});

/** Rounds that run side by side, so that they meet in the database. */
const sideBySide = 10;

test.each([200])(
  "%i races of a user's creation, its retry, events and erasures leave nothing of the erased",
  async (rounds) => {
    const race = async (round: number) => {
      const create = () =>
        service.post("/users", { email: `round-${round}@example.com` }, { "Idempotency-Key": `create-${round}` });
      const [first, again] = [create(), create()];
      const { id } = (await Promise.race([first, again])).body;
      const change = (number: number) =>
        service.post("/events", { user: { id }, consents }, { "Idempotency-Key": `event-${round}-${number}` });
      // An event asks for its key before it writes, so an erasure meets it when it comes a few statements later.
      const erase = async (statements: number) => {
        for (let count = 0; count < statements; count += 1) await service.get(`/users/${id}`);
        return service.delete(`/users/${id}`);
      };
      const [one, two, erased, , three] = await Promise.all([
        change(1),
        change(2),
        erase(round % 4),
        erase(1),
        change(3),
        create(),
      ]);
      await Promise.all([first, again]);
      expect([204, 404]).toContain(erased.status);
      // An event is acknowledged and in the history, or refused and in none.
      const acknowledged = [one, two, three].filter(({ status }) => status === 201).map(({ body }) => body.sequence);
      const { events } = (await service.get(`/users/${id}/events`)).body;
      expect(acknowledged.sort()).toEqual(events.map(({ sequence }) => sequence));
    };
    for (let round = 0; round < rounds; round += sideBySide)
      await Promise.all(Array.from({ length: sideBySide }, (_, index) => race(round + index)));
    expect(await remains()).toEqual([]);
  },
);
