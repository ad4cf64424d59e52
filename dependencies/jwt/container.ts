import { fromShell } from "../compose";
import type { DescribeContainers } from "../container-dependency";

/** A secret of the shell: compose itself refuses to start without, and says this. */
export const jwt: DescribeContainers = () => ({
  containers: {},
  files: {},
  after: {},
  variables: () => ({
    JWT_SECRET: fromShell("JWT_SECRET:?set it to 32 random bytes or more, export JWT_SECRET=`openssl rand -base64 48`"),
  }),
});
