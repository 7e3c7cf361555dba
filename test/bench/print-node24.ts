import { node24 } from './node24.ts';

/** The path of a Node 24, for .ci/run. */
console.log(node24());
