/** What stands before the list of commands in docs/command.md: what they have in common. */
export const COMMAND_INTRODUCTION = `In a checkout (after \`npm ci\`), and in a project that has this one as a dependency:

    npx haineko COMMAND ...

The examples below leave \`npx\` out. \`haineko COMMAND --help\` tells the same as this page.

**The stage** is the part of the name in \`config/<stage>/\`, and in \`/haineko/<stage>/\`, where its parameters are in SSM Parameter Store. Who lays which of them:
[operate.md](operate.md#tables-in-ssm).

**Keys for AWS** are found as every AWS tool finds them: in the environment (\`AWS_ACCESS_KEY_ID\`, ...), by \`AWS_PROFILE\` and \`~/.aws\`, in a session of \`aws sso login\`, in the
role of the machine. \`--profile\` goes before all of these. The region is that of \`--region\`, else of \`AWS_REGION\`, else the profile's. \`AWS_ENDPOINT_URL\` leads the command to
another endpoint. Where AWS throttles, a call is tried 8 times at most, or as often as \`AWS_MAX_ATTEMPTS\` says.

**Permissions.** Each command tells below which actions of IAM it needs. Who may run one that reads a stage (all but \`setup\`, \`pw\`, \`send\` and \`status\` can) may read its secrets. A policy
to begin with, and what a KMS key of your own asks for: [security.md](security.md#the-commands-permissions).

**Secrets** are never arguments: the process list and the shell's history would show them. A command asks for one on the terminal without showing it, or reads it from stdin.
It prints none, but for the hash that \`pw\` makes.

**Output.** The result goes to stdout; questions, and what goes on meanwhile, to stderr. With \`--json\` stdout holds one JSON document, where the command fails
or was called wrongly \`{"error": {"message": "...", "hint": "..."}}\` (the hint where there is one). One exception: \`start\` prints a document for each line of its log. A reader
of the output that goes away (\`| head\`) stops no command; a result that cannot be written (a full disk) is status 1.
Without a terminal a command that would ask fails, and names the option that answers for you.

**Interrupted** (Ctrl-C), \`push\`, \`rollback\` and \`destroy\` end between two parameters and say how far they came; called again, they go on. \`rotate\` writes one parameter, or (a
table of users in shards) the index of several last: it is in force, or nothing is.`;
