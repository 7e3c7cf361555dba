/** Milliseconds kept back of a request's time to write down what became of its mail. */
export const JOURNAL_TIME = 1000;
