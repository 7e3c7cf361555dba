/** The other end of measured-process.ts: answers what the process is asked, one question after another. */
export function answerEach<Question>(answer: (question: Question) => Promise<unknown>): void {
  const say = (said: object) => void process.send?.(said);
  // who asked is gone
  process.on('disconnect', () => process.exit());
  process.on('message', (question: Question) => {
    answer(question).then(
      (answered) => say({ answer: answered }),
      (error: unknown) => say({ error: error instanceof Error ? String(error.stack) : String(error) }),
    );
  });
}
