/** What programs need of a machine to run at all. Credentials, profiles, proxies and Terraform's own settings are not among it. */
const needed =
  /^(PATH|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|TERM|SYSTEMROOT|COMSPEC|PATHEXT|NODE_EXTRA_CA_CERTS|TF_VAR_\w+)$/i;

/** The part of this process's environment that a rehearsed command gets: none of its credentials. */
export const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => needed.test(name)));

/** Takes back what would lead a command to another account, state or module, for those who add to their own environment. */
export const emptied = (): Record<string, string> =>
  Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^(AWS|TF)_/.test(name) && !/^(TF_VAR_\w+|AWS_(DEFAULT_)?REGION|TF_LOG\w*)$/.test(name))
      .map((name) => [name, ""]),
  );
