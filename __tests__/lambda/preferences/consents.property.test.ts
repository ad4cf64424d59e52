import fc from "fast-check";
import { consentIds } from "../../../contracts/preferences";
import { type Body, type PreferencesService, preferencesService } from "./service";

let service: PreferencesService;
beforeAll(async () => {
  service = await preferencesService();
});
afterAll(() => service.stop());

const change = fc.record({ id: fc.constantFrom(...consentIds), enabled: fc.boolean() });
const changes = fc.uniqueArray(change, { selector: ({ id }) => id, minLength: 1, maxLength: consentIds.length });
/** For each of several clients, the events it sends one after the other. */
const clients = fc.array(fc.array(changes, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });

type Event = Pick<Body, "sequence" | "consents">;

const replay = (events: readonly Event[]) => {
  const state = new Map<string, boolean>();
  for (const { consents } of events) for (const { id, enabled } of consents) state.set(id, enabled);
  return consentIds.flatMap((id) => (state.has(id) ? [{ id, enabled: state.get(id) }] : []));
};

test("whatever many clients send at once, nothing is lost and the consents are those of replaying the history", async () => {
  await fc.assert(
    fc.asyncProperty(clients, async (sent) => {
      const id = await service.user();
      const acknowledged: Event[][] = await Promise.all(
        sent.map(async (events) => {
          const own: Event[] = [];
          for (const consents of events) {
            const { status, body } = await service.post("/events", { user: { id }, consents });
            expect(status).toBe(201);
            own.push(body);
          }
          return own;
        }),
      );
      const { events } = (await service.get(`/users/${id}/events?limit=100`)).body;
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      expect(events).toEqual(acknowledged.flat().sort((a, b) => a.sequence - b.sequence));
      for (const own of acknowledged) {
        expect(own).toEqual([...own].sort((a, b) => a.sequence - b.sequence));
      }
      expect((await service.get(`/users/${id}`)).body.consents).toEqual(replay(events));
      const [row] = await service.database.query(
        `SELECT u.consents = (SELECT preferences.consents_in_order(e.consents ORDER BY e.sequence)
                              FROM preferences.events e WHERE e.user_id = u.id) AS same
         FROM preferences.users u WHERE u.id = $1`,
        [id],
      );
      expect(row).toEqual({ same: true });
    }),
    { numRuns: 40 },
  );
});
