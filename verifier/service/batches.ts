/**
 * Hands on what comes in one turn of the event loop in one go, at its end, in the order in which it came. What is said about
 * requests can wait until their answers are on their way; and code that runs thirty times in a row is in the processor's
 * caches, where in between of answers it has to be fetched each time.
 */
export function inBatches<Each>(handle: (each: Each) => void): (each: Each) => void {
  let waiting: Each[] = [];
  const handleAll = (): void => {
    const batch = waiting;
    waiting = [];
    for (const each of batch) handle(each);
  };
  return (each) => {
    if (waiting.length === 0) setImmediate(handleAll);
    waiting.push(each);
  };
}
