// better-auth with its organizations on plain Node: what `./x bench peer` measures Headcount beside. Its mails
// leave by SMTP, as many at once as Headcount's, for the same sink.
//
// Reads DATABASE_URL, DATABASE_CONNECTIONS, PORT, SMTP_PORT and MAIL_CONNECTIONS. Makes its tables, and says
// `listening` when it does; GET /mails answers with how many mails the sink has taken.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { organization } from 'better-auth/plugins'
import { createTransport } from 'nodemailer'
import pg from 'pg'

const { DATABASE_URL, DATABASE_CONNECTIONS, PORT, SMTP_PORT, MAIL_CONNECTIONS } = process.env
const ANY = 1_000_000_000
const origin = `http://127.0.0.1:${PORT}`

const post = createTransport({
  host: '127.0.0.1',
  port: Number(SMTP_PORT),
  pool: true,
  maxConnections: Number(MAIL_CONNECTIONS),
  maxMessages: ANY,
  ignoreTLS: true,
})
let delivered = 0

// Not awaited, so that nobody waits for the mail server: no answer says whether the mail will leave.
function mail({ id, email, organization: { name }, inviter }) {
  const text = `${inviter.user.name} has invited you to ${name}: ${origin}/accept/${id}`
  post
    .sendMail({ from: 'post@headshots.example', to: email, subject: `Join ${name}`, text })
    .then(() => (delivered += 1))
    .catch((error) => {
      console.error(error)
      process.exit(1)
    })
}

const auth = betterAuth({
  baseURL: origin,
  secret: 'only-for-measuring-on-one-machine-and-nothing-else',
  database: new pg.Pool({ connectionString: DATABASE_URL, max: Number(DATABASE_CONNECTIONS) }),
  // People sign up before anything is measured; a hash that is made to be slow would only be waited for.
  emailAndPassword: { enabled: true, password: { hash: sha256, verify: async ({ hash, password }) => hash === (await sha256(password)) } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [organization({ invitationLimit: ANY, membershipLimit: ANY, sendInvitationEmail: async (data) => mail(data) })],
})

async function sha256(text) {
  return createHash('sha256').update(text).digest('hex')
}

const { runMigrations } = await getMigrations(auth.options)
await runMigrations()

const answer = toNodeHandler(auth)
createServer((request, response) => {
  if (request.url === '/mails') response.end(String(delivered))
  else answer(request, response)
}).listen(Number(PORT), '127.0.0.1', () => console.log('listening'))
