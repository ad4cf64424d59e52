const seconds = 10;

/**
 * Waits for work that may last, and says every ten seconds that it does.
 *
 * @param what is under way: `network: planning`
 */
export async function lasting<Answer>(
  what: string,
  progress: (line: string) => void,
  work: Promise<Answer>,
): Promise<Answer> {
  let times = 0;
  const timer = setInterval(() => progress(`${what} for ${seconds * ++times} s already`), seconds * 1000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
