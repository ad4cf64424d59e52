import { useEffect, useState } from "preact/hooks";
import type { RecentLine } from "../../recent-lines";
import type { ConsoleState } from "../state";

/** Lines that a page holds; the oldest go. */
const mostLines = 10_000;

/** Milliseconds without a word after which the router counts as away; it speaks every two seconds. */
const patience = 6_000;

export interface Events {
  readonly state: ConsoleState | undefined;
  /** Whether the router answers. */
  readonly connected: boolean;
  readonly lines: readonly RecentLine[];
}

/**
 * What the router tells: its state, and the log of one service where that is looked at. A page that nobody sees asks for
 * nothing; one stream a page, since a browser opens six to a host.
 */
export function useEvents(log: string | undefined): Events {
  const [state, setState] = useState<ConsoleState>();
  const [connected, setConnected] = useState(true);
  const [lines, setLines] = useState<readonly RecentLine[]>([]);
  const [visible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const change = () => setVisible(!document.hidden);
    document.addEventListener("visibilitychange", change);
    return () => document.removeEventListener("visibilitychange", change);
  }, []);
  useEffect(() => setLines([]), [log]);
  useEffect(() => {
    if (!visible) return;
    const source = new EventSource(`/console/events${log === undefined ? "" : `?log=${encodeURIComponent(log)}`}`);
    // A router that hangs keeps the stream open, and says nothing.
    let silence: ReturnType<typeof setTimeout> | undefined;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => setConnected(false), patience);
    };
    listen();
    source.onerror = () => setConnected(false);
    source.addEventListener("state", ({ data }) => {
      listen();
      setConnected(true);
      setState(JSON.parse(data));
    });
    source.addEventListener("begin", () => setLines([]));
    source.addEventListener("lines", ({ data }) => {
      const more: readonly RecentLine[] = JSON.parse(data);
      setLines((before) => [...before, ...more].slice(-mostLines));
    });
    return () => {
      clearTimeout(silence);
      source.close();
    };
  }, [log, visible]);
  return { state, connected, lines };
}
