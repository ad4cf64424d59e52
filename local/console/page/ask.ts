import { useEffect, useState } from "preact/hooks";

export interface Asked<T> {
  readonly answer: T | undefined;
  readonly error: string | undefined;
  /** Asks at once, after something was changed. */
  readonly again: () => void;
}

/** Asks the router for something again and again while the page is seen. */
export function useAsked<T>(path: string, every: number): Asked<T> {
  const [answer, setAnswer] = useState<T>();
  const [error, setError] = useState<string>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      if (!document.hidden) {
        const { value, fault } = await request<T>(path);
        if (over) return;
        setError(fault);
        if (value !== undefined) setAnswer(value);
      }
      timer = setTimeout(ask, every);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [path, every, turn]);
  return { answer, error, again: () => setTurn((before) => before + 1) };
}

/** Has something done; resolves with what was wrong. */
export const act = async (path: string, body: object): Promise<string | undefined> =>
  (
    await request(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    })
  ).fault;

async function request<T>(path: string, init?: RequestInit): Promise<{ value?: T; fault?: string }> {
  const response = await fetch(path, init).catch(() => undefined);
  if (response === undefined) return { fault: "The router does not answer." };
  const value = await response.json().catch(() => ({ error: `answered ${response.status}` }));
  return response.ok ? { value } : { fault: String(value.error) };
}
