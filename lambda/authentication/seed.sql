-- Development users; each one's password is `password`, as argon2id with the parameters of the Auth API. It opens nothing
-- but a developer's own machine. Those that were changed are put back; their transactions stay.
INSERT INTO loyalty.users (username, password_hash, can_transact)
VALUES
  ('alice', '$argon2id$v=19$m=19456,t=2,p=1$7+p0HxWdvRTE9ev23byr9Q$nbDxRV2zWlIfFdFHcaH6sbm04RewVsUP3gbeXFyfs1M', true),
  ('bob', '$argon2id$v=19$m=19456,t=2,p=1$7+p0HxWdvRTE9ev23byr9Q$nbDxRV2zWlIfFdFHcaH6sbm04RewVsUP3gbeXFyfs1M', true),
  ('charlie', '$argon2id$v=19$m=19456,t=2,p=1$7+p0HxWdvRTE9ev23byr9Q$nbDxRV2zWlIfFdFHcaH6sbm04RewVsUP3gbeXFyfs1M', false)
ON CONFLICT (username) DO UPDATE SET password_hash = excluded.password_hash, can_transact = excluded.can_transact;
