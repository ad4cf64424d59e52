import { useEffect, useState } from "preact/hooks";

/** What the address shows: `#/services/orders` is ["services", "orders"]. */
const routeOf = (hash: string): readonly string[] => {
  const [path = ""] = hash.replace(/^#\//, "").split("?", 1);
  return path
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
};

/** A part that is no valid escape is shown as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const linkTo = (...parts: readonly string[]) => `#/${parts.map(encodeURIComponent).join("/")}`;

export function useRoute(): readonly string[] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const change = () => setHash(location.hash);
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return routeOf(hash);
}
