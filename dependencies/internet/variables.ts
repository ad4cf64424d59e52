/** The variable by which runtime/internet.ts knows whom a service may ask. */
export const hostsVariable = (hosts: readonly string[]) => ({ INTERNET_HOSTS: hosts.join(",") });
