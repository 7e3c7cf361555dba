/**
 * A limit as AWS has it for its APIs: `burst` calls at once, and from then on `perSecond`. Asked at a moment
 * (milliseconds, never going back), it says whether the call may pass.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/throttling.html
 */
export function tokenBucket(perSecond: number, burst: number): (now: number) => boolean {
  let tokens = burst;
  let filledAt: number | undefined;
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - (filledAt ?? now)) / 1000) * perSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}
