import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { handle } from 'hono/aws-lambda';
import { type UsualRoutes, usualApp } from './app.ts';

/** The usual way as a Lambda function: routes from SSM while it loads. */
const prefix = process.env['HAINEKO_PREFIX'] ?? '';
const found = await new SSMClient({}).send(
  new GetParametersCommand({
    Names: [`${prefix}mailertable`, `${prefix}authinfo/smarthost`],
    WithDecryption: true,
  }),
);
const table = found.Parameters?.find(({ Name }) => Name === `${prefix}mailertable`)?.Value ?? '{}';

export const handler = handle(usualApp(JSON.parse(table) as UsualRoutes, (line) => console.log(line)));
