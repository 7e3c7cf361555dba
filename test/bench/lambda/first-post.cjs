// A stand-in for Lambda's runtime that loads nothing but the function: INIT, one event (or BENCH_POSTS of them, one after
// another), the end. CommonJS, as Lambda's own is: an import of a builtin would have Node read all that the builtin has.
// Tells the first invocation's time, and what the processor spent up to its end and on each of the others, in milliseconds.
const begin = async () => {
  const { handler } = await import(process.env.BENCH_FUNCTION);
  const event = JSON.parse(process.env.BENCH_EVENT);
  const posts = Number(process.env.BENCH_POSTS ?? 1);
  const spent = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const post = async () => {
    event.requestContext.timeEpoch = Date.now();
    const { statusCode, body } = await handler(event, {
      awsRequestId: '00000000-0000-4000-8000-000000000001',
      getRemainingTimeInMillis: () => 29_000,
    });
    if (statusCode !== 200) throw new Error(`expected 200, got ${statusCode}: ${body}`);
  };
  const begun = process.hrtime.bigint();
  await post();
  const ms = Number(process.hrtime.bigint() - begun) / 1e6;
  const cold = spent();
  for (let done = 1; done < posts; done++) await post();
  const warm = posts > 1 ? (spent() - cold) / (posts - 1) : 0;
  process.stdout.write(`\n${JSON.stringify({ ms, cold, warm })}\n`, () => process.exit(0));
};
begin();
