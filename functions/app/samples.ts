/** Two mails that POST /submit accepts as they are (GET /sample/mail). */
export const SAMPLES = [
  {
    ehlo: '[127.0.0.1]',
    mail: 'kijitora@example.jp',
    rcpt: ['mikeneko@example.com'],
    header: {
      from: 'Kijitora <kijitora@example.jp>',
      subject: 'About next meeting',
      replyto: 'cats@example.jp',
    },
    body: 'The next meeting opens at midnight on Thursday.\n',
  },
  {
    ehlo: 'your-host-name.example.jp',
    mail: 'sabatora@example.jp',
    rcpt: ['kijitora@example.org', 'mikeneko@example.com'],
    header: { from: 'サバトラ <sabatora@example.jp>', subject: 'テスト', charset: 'ISO-2022-JP' },
    body: '次の集会は木曜日の深夜です。\n',
  },
] as const;
